/** Models of fewer classes than are ranked by default. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson } from './cli.js'
import { COLOURS_MANIFEST, colours } from './colours-model.js'

const doubles = fileURLToPath(new URL('../../../native/build/double/', import.meta.url))
const quick = ['--runs', '3', '--seconds', '0', '--rounds', '1', '--no-sensors']

let directory: string
const at = (name: string) => join(directory, name)
const env = () => ({
  EDGE_CUDA_LIBRARY: join(doubles, 'cuda', 'libcuda.so.1'),
  EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'),
  EDGE_ENGINE_CACHE: at('cache'),
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await writeFile(at('colours.onnx'), colours())
  await writeFile(at('model.json'), JSON.stringify(COLOURS_MANIFEST))
  const pixel = { width: 8, height: 8, channels: 3, background: '#0f0' } as const
  await sharp({ create: pixel }).png().toFile(at('green.png'))
  await writeFile(at('classes.tsv'), 'green.png\t1\n')
})
afterAll(() => rm(directory, { recursive: true }))

it('are compared', async () => {
  const models = [at('colours.onnx'), at('colours.onnx')]
  const args = ['compare', ...models, '--images', at('green.png'), '--layer-pictures', '0', ...quick]
  const { code, document } = await edgeTrtJson(args, { env: env() })
  expect(document.models[1]).toMatchObject({ agreement: { sameClass: { count: 1, of: 1 } } })
  expect({ code, errors: document.errors }).toEqual({ code: 0, errors: [] })
  expect(document.models[0].failed).toBeUndefined()
})

it('are measured for how often they are right', async () => {
  const pictures = ['--images', at('green.png'), '--labels', at('classes.tsv'), '--json', at('bench.json')]
  const args = ['bench', '--model', at('colours.onnx'), '--backend', 'tensorrt', ...pictures, ...quick]
  const { code, stderr } = await edgeTrt(args, { env: env() })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const { models } = JSON.parse(await readFile(at('bench.json'), 'utf8'))
  expect(models[0].accuracy).toMatchObject({ top1: { count: 1, of: 1 } })
})
