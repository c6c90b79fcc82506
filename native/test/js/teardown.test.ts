import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { doublePath } from './double.js'

const scenario = fileURLToPath(new URL('./children/scenario.mjs', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))
const termination = fileURLToPath(new URL('./children/termination.mjs', import.meta.url))
const nothingAlive = '{"sessions":0,"requests":0,"buffers":0,"threads":0,"tasks":0}'

// How often a thread is caught at another moment. A worker's start is a tenth of a second of a processor.
const isFull = process.env.EDGE_TEST_TIER === 'full'
const exits = isFull ? 5 : 2
const ends = isFull ? 10 : 4
const terminations = isFull
  ? { inMidRun: 50, whileOpening: 20, atAnyMoment: 60 }
  : { inMidRun: 12, whileOpening: 8, atAnyMoment: 24 }

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly string[]
  readonly errors: string
}

function run(name: string, library: string, model: string, workers?: number): Promise<Ending> {
  return runProgram(scenario, name, library, model, ...(workers === undefined ? [] : [String(workers)]))
}

function runProgram(...programAndArguments: string[]): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', ...programAndArguments], {
      timeout: 120_000,
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      errors += data
    })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, lines: output.trim().split('\n'), errors }))
  })
}

const libraries = [
  // Each inference takes 40 ms: what happens "in mid-run" does.
  { library: 'the double', path: doublePath, model: 'fields:in=a:float32:1000 out=b:float32:1000 delay=40' },
  {
    library: 'TensorFlow Lite with EfficientNet-Lite0',
    path: `${root}packages/platforms/tflite-linux-${process.arch}/lib/libtensorflowlite_c.so`,
    model: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_fp32.tflite`,
  },
]

describe.each(libraries)('a process that uses $library ends without a signal', ({ path, model }) => {
  it('has what set-up makes', () => {
    expect(existsSync(path)).toBe(true)
    expect(model.startsWith('fields:') || existsSync(model)).toBe(true)
  })

  it('after awaiting and disposing everything, with nothing left alive', async () => {
    const ending = await run('tidy', path, model)
    expect(ending).toMatchObject({ code: 0, signal: null, lines: ['started', nothingAlive] })
  })

  it('when its last run is done, if nobody waits for it', async () => {
    expect(await run('untidy', path, model)).toMatchObject({
      code: 0,
      signal: null,
      lines: ['started', 'all done'],
    })
  })

  it('at once, if it has a session and no work', async () => {
    expect(await run('idle', path, model)).toMatchObject({ code: 0, signal: null, lines: ['started'] })
  })

  it.each(['exit', 'exitWhileDisposing', 'exitWhileOpening'])(
    'by process.exit() in mid-run: %s',
    async (name) => {
      for (let round = 0; round < exits; round++) {
        expect(await run(name, path, model)).toMatchObject({ code: 7, signal: null, errors: '' })
      }
    },
  )

  it('by an uncaught exception in mid-run', async () => {
    const ending = await run('throw', path, model)
    expect(ending).toMatchObject({ code: 1, signal: null, lines: ['started'] })
    expect(ending.errors).toContain('uncaught, on purpose')
  })

  it('after forgetting everything; the collector frees it', async () => {
    expect(await run('forget', path, model)).toMatchObject({
      code: 0,
      signal: null,
      lines: ['started', nothingAlive],
    })
  })

  it('while a view that outlived its request is still good', async () => {
    expect(await run('keepView', path, model)).toMatchObject({
      code: 0,
      signal: null,
      lines: ['view intact'],
    })
  })

  it.each([
    ['terminate', terminations.inMidRun],
    ['terminateWhileOpening', terminations.whileOpening],
    ['workersExit', ends],
    ['workersThrow', ends],
    ['workersEnd', ends],
  ])(
    'and lives on, with nothing left alive, after workers ended: %s, %i of them',
    async (name, workers) => {
      const ending = await run(name, path, model, workers)
      expect(ending).toMatchObject({ code: 0, signal: null })
      expect(ending.lines.slice(-2)).toEqual([`${workers} ended`, nothingAlive])
    },
    120_000,
  )
})

describe('workers that use the addon without a pause', () => {
  it('can be terminated at any moment, in the middle of a call too', async () => {
    const ending = await runProgram(termination, doublePath, String(terminations.atAnyMoment))
    expect(ending).toMatchObject({ code: 0, signal: null })
    expect(ending.lines.at(-1)).toBe(nothingAlive)
  }, 120_000)
})
