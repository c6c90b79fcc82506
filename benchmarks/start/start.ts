/**
 * `pnpm bench:start`: from the start of a process to the first label that it prints, and the most memory that it had meanwhile, for a small
 * photograph and one of 12 megapixels: @edge/trt as a library and as a command, sharp with onnxruntime-node, Python, and a Node.js that
 * does nothing.
 */
import { join } from 'node:path'
import { modelPackageDirectory } from '../../scripts/setup/efficientnet-lite.js'
import { modelFiles } from '../../scripts/setup/models.js'
import { photographsDirectory, pythonEnvironment, repositoryRoot } from '../../scripts/setup/paths.js'
import { interpreterIn } from '../../scripts/setup/virtual-environment.js'
import { writeResults } from '../measure/result-file.js'
import { fp32Onnx, int8Onnx } from '../peers/int8-onnx.js'
import { wallpaperCrops } from '../pictures/wallpapers.js'
import { measureSides, meetsBars, type Side, sidesTable } from './sides.js'
import { Spawner } from './spawner.js'

const ROUNDS = 25
const BARS = { label: 0.7, peakMemory: 0.7 } as const

const child = (name: string) => new URL(`children/${name}`, import.meta.url).pathname
const node = (...args: readonly string[]) => [process.execPath, ...args]
const labels = join(modelPackageDirectory, 'labels.txt')
const int8Tflite = join(modelPackageDirectory, modelFiles.int8)
const python = interpreterIn(pythonEnvironment)
const cli = join(repositoryRoot, 'packages', 'trt', 'dist', 'cli.js')

interface Picture {
  readonly name: string
  readonly path: string
  readonly label: string
}

async function sidesFor({ path, label }: Picture): Promise<[Side, ...Side[]]> {
  const models = { fp32: fp32Onnx, int8: await int8Onnx() }
  // Written as a module, as most are today; and what it comes to with require(), which takes far less.
  const peers = (['import', 'require'] as const).flatMap((way) =>
    (['fp32', 'int8'] as const).map((precision) => ({
      name: `sharp + onnxruntime-node, ${precision}, ${way}`,
      command: node(child('onnxruntime.mjs'), way, models[precision], labels, path),
      label,
      bars: BARS,
    })),
  )
  return [
    { name: '@edge/trt', command: node(child('edge-trt.mjs'), path), label },
    ...peers,
    {
      name: 'Pillow + LiteRT int8',
      command: [python, child('pil_litert.py'), int8Tflite, labels, path],
      label,
    },
    { name: 'edge-trt classify', command: node(cli, 'classify', path), label },
    { name: "node -e ''", command: node('-e', '') },
  ]
}

const [crop = ''] = await wallpaperCrops()
const pictures: readonly Picture[] = [
  { name: '451 × 300, PNG', path: join(photographsDirectory, 'chelsea.png'), label: 'tiger cat' },
  { name: '12 megapixels, JPEG', path: crop, label: 'brambling' },
]
// What a user has: not the addon that the checkout built last.
process.env.PREBUILDS_ONLY = '1'
const spawner = new Spawner(python)
const results = []
for (const picture of pictures) {
  const quantities = ['label', 'exit', 'processor', 'peakMemory'] as const
  const sides = await measureSides(spawner, await sidesFor(picture), { rounds: ROUNDS, quantities })
  console.log(`${picture.name}\n${sidesTable(sides)}\n`)
  results.push({ picture: picture.name, sides })
}
spawner.close()
console.log(`Written to ${await writeResults('start', { rounds: ROUNDS, results })}`)
if (!results.every(({ sides }) => sides.every(meetsBars))) process.exitCode = 1
