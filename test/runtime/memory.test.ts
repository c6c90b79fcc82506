/** A process that works for long does not grow. The full tier works for longer than the fast one, and counts from the first tenth on. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { lite0Model, numbers, tinyModel } from './golden.js'

const program = fileURLToPath(new URL('children/memory.mjs', import.meta.url))
const MOST = 5 * 2 ** 20
const isFull = process.env.EDGE_TEST_TIER === 'full'

// Of twenty sizes, the one that growth counts from. In the fast tier a tenth is few rounds: V8 compiles and collects its way through them.
const FROM = isFull ? 1 : 9

/** How far the resident set ends above its size after the first tenth, or half in the fast tier, in bytes. */
async function growth(kind: 'rounds' | 'runs', count: number, models: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    // V8 enlarges its young generation by tens of megabytes when it finds time to; that is no leak.
    ['--expose-gc', '--max-semi-space-size=1', program, kind, String(count), ...models],
    // Nor is what glibc keeps of freed memory: once large blocks were freed, it takes the next ones from its heaps, and those have
    // holes. With a threshold that stays, freed blocks go back to the system, and the resident set is what is in use.
    { env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' } },
  )
  const sizes = numbers(JSON.parse(stdout), 'sizes')
  return (sizes.at(-1) ?? Number.NaN) - (sizes[FROM] ?? Number.NaN)
}

const tiny = ['add_float32.tflite', 'dynamic_where.tflite', 'signatures_two_graphs.tflite'].map(tinyModel)

describe(`the resident set after the first ${isFull ? 'tenth, full' : 'half, fast'} tier`, () => {
  // Of a large model, what is lost each time is large: the fast tier needs fewer of it.
  it.each([
    ['EfficientNet-Lite0', isFull ? 1000 : 100, [lite0Model('int8')]],
    ['tiny models', isFull ? 1000 : 200, tiny],
  ])(
    'stays within 5 MB, of %s, over %i rounds of open, run and dispose',
    { timeout: 600_000 },
    async (_, rounds, models) => {
      expect(await growth('rounds', rounds, models)).toBeLessThan(MOST)
    },
  )

  it.each([
    ['EfficientNet-Lite0', isFull ? 10_000 : 400, [lite0Model('int8')]],
    ['tiny models', isFull ? 10_000 : 1000, tiny],
  ])('stays within 5 MB, of %s, over %i runs', { timeout: 600_000 }, async (_, runs, models) => {
    expect(await growth('runs', runs, models)).toBeLessThan(MOST)
  })
})
