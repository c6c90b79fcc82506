/** The building of an engine on a terminal, with the doubles of TensorRT and of the GPU's driver. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeColours } from './colours-model.js'
import { hasNoTerminal, onTerminal } from './on-terminal.js'

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const doubles = fileURLToPath(new URL('../../../native/build/double/', import.meta.url))

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await writeColours(directory)
})
afterAll(() => rm(directory, { recursive: true }))

/** Runs a command, whose build takes seconds, in a shell that tells the terminal's settings before and after. */
async function interrupted(args: string, cache: string) {
  await mkdir(at(cache), { mode: 0o700 })
  const command = `trap : INT; stty cols 100; stty -g; ${process.execPath} ${CLI} ${args}; code=$?; stty -g; exit $code`
  const begin = performance.now()
  const { code, text } = await onTerminal(`sh -c '${command}'`, 'building the engine', '\u0003', {
    EDGE_CUDA_LIBRARY: join(doubles, 'cuda', 'libcuda.so.1'),
    EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'),
    EDGE_TENSORRT_DOUBLE_STEP_MS: '600',
    EDGE_ENGINE_CACHE: at(cache),
  })
  const [before, ...rest] = text.split('\r\n')
  const left = [...readdirSync(directory), ...readdirSync(at(cache))].map(extname)
  return {
    code,
    text,
    sane: before === rest.at(-2),
    left: left.filter((kind) => ['.tmp', '.engine', '.lock'].includes(kind)),
    ms: performance.now() - begin,
  }
}

const BAR = /\r<ESC>\[2K\[#*-+\] building the engine · \d+ s/
const CLEARED = /^[^\n]*<ESC>\[2K/

describe.skipIf(hasNoTerminal)('an engine built on a terminal (skipped where there is no script)', () => {
  const tensorrt = () => `${at('colours.onnx')} --backend tensorrt`

  it.for([
    {
      command: 'build',
      args: () => `build ${at('colours.onnx')} -o ${at('never.engine')}`,
      end: /^[^\n]*<ESC>\[2Kinterrupted after \d+ s, nothing written\r\n/,
      left: [],
    },
    // Its process is killed: the next one takes over the lock.
    {
      command: 'bench',
      args: () => `bench --model ${tensorrt()} --no-sensors`,
      end: CLEARED,
      left: ['.lock'],
    },
    {
      command: 'classify',
      args: () => `classify ${at('green.png')} --model ${tensorrt()}`,
      end: CLEARED,
      left: [],
      isLong: true,
    },
  ])(
    'is shown by $command, and Ctrl-C leaves nothing of it but a sane terminal',
    async (sample, { skip }) => {
      skip(sample.isLong === true && process.env.EDGE_TEST_TIER !== 'full', 'in the full tier only')
      const { code, text, sane, left, ms } = await interrupted(sample.args(), `cache-${sample.command}`)
      expect({ code, sane, left }, text).toEqual({ code: 130, sane: true, left: sample.left })
      expect(text).toMatch(BAR)
      // The bar was taken away.
      expect(text.slice(text.lastIndexOf('building the engine'))).toMatch(sample.end)
      expect(existsSync(at('never.engine'))).toBe(false)
      expect(ms).toBeLessThan(8000)
    },
  )
})
