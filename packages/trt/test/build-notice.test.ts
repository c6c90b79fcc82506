/** What commands say of the building of an engine where there is no terminal, and where they got it from. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BuildNotice } from '../src/cli/build-notice.js'
import { edgeTrt, edgeTrtJson } from './cli.js'
import { writeColours } from './colours-model.js'

const doubles = fileURLToPath(new URL('../../../native/build/double/', import.meta.url))

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await mkdir(at('cache'), { mode: 0o700 })
  await writeColours(directory)
})
afterAll(() => rm(directory, { recursive: true }))

function env(cache: string) {
  return {
    EDGE_CUDA_LIBRARY: join(doubles, 'cuda', 'libcuda.so.1'),
    EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'),
    EDGE_TENSORRT_DOUBLE_STEP_MS: '400',
    EDGE_ENGINE_CACHE: cache,
  }
}
const begun = 'building the engine of \\S+ for TensorRT: this takes seconds to minutes\\n'
const done = 'engine of \\S+ after \\d+ s: '

it('says when it begins and when it is done, and where the engine is from', async () => {
  const args = ['classify', at('green.png'), '--model', at('colours.onnx'), '--backend', 'tensorrt']
  const first = await edgeTrtJson(args, { env: env(at('cache')) })
  expect(first.stderr).toMatch(new RegExp(`^${begun}${done}built, since .*; for .*compute capability.*\\n$`))
  expect(first.document).toMatchObject({
    backend: 'tensorrt',
    engine: expect.stringMatching(/^built, since /),
  })
  const second = await edgeTrt(args, { env: env(at('cache')) })
  expect(second.stderr).toBe('')
  expect(second.stdout).toMatch(/^\S+colours\.onnx · tensorrt 10\.16\.\S+, engine from the cache\n/)
})

// Each builds for seconds.
it.skipIf(process.env.EDGE_TEST_TIER !== 'full').each([
  [
    'label-image',
    () => ['--graph', at('colours.onnx'), '--image', at('green.png')],
    `${begun}${done}built, `,
  ],
  ['build', () => [at('colours.onnx'), '-o', at('new.engine')], begun],
  [
    'bench',
    () => [
      ...['--model', at('colours.onnx'), '--backend', 'tensorrt', '--no-sensors'],
      ...['--runs', '3', '--seconds', '0', '--rounds', '1'],
    ],
    `${begun}${done}built\\n`,
  ],
])('says it in %s', async (command, args, lines) => {
  const { code, stderr } = await edgeTrt([command, ...args()], { env: env(at(`cache-${command}`)) })
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(`^${lines}`) })
})

describe('a notice', () => {
  function told(isTTY: boolean) {
    const lines: string[] = []
    const notice = new BuildNotice({ isTTY, write: (line) => lines.push(line) }, 'm.onnx')
    const at = (elapsedMs: number, ...phases: string[]) =>
      notice.progressed({ elapsedMs, phases, fraction: 0 })
    return { lines, notice, at }
  }

  it('is not given for an engine that is there soon, nor on a terminal', () => {
    const soon = told(false)
    soon.at(900, 'Tactic Selection')
    soon.notice.done({})
    const terminal = told(true)
    terminal.at(90_000, 'Tactic Selection')
    terminal.notice.done({})
    expect([...soon.lines, ...terminal.lines]).toEqual([])
  })

  it('tells building from waiting for who builds', () => {
    const { lines, notice, at } = told(false)
    at(2000, 'waiting for another process that builds this engine')
    at(3000, 'waiting for another process that builds this engine')
    at(65_000, 'Tactic Selection')
    notice.done({ engine: 'built, since it is Monday', gpu: 'Orin' })
    notice.done({})
    expect(lines).toEqual([
      'waiting for another process that builds this engine, of m.onnx\n',
      'building the engine of m.onnx for TensorRT: this takes seconds to minutes\n',
      'engine of m.onnx after 1 min 05 s: built, since it is Monday; for Orin\n',
    ])
  })
})
