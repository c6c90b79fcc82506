import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from './atomic-write.js'
import { filesIn, imagenetLabels } from './efficientnet-lite.js'
import { parseObject } from './json-value.js'
import { onnxruntimeEnvironment, onnxruntimeEnvironmentStep } from './onnxruntime-environment.js'
import { classicsDirectory } from './paths.js'
import { inRepository, isCurrent, type Plan, writeStamp } from './stamp.js'
import type { Step } from './step.js'
import { runPythonIn } from './virtual-environment.js'

/** A model of a published comparison on a GPU, as ONNX with random weights. */
export interface OnnxClassic {
  /** The folder it gets, and its file without the suffix. */
  readonly name: string
  /** What people call it. */
  readonly title: string
  readonly size: number
  /** Of `@edge/image`: how its input is made from a picture. */
  readonly preset: 'torch' | 'caffe'
}

/** All of them; Caffe's end in a softmax. */
export const onnxClassics: readonly OnnxClassic[] = [
  { name: 'alexnet', title: 'AlexNet', size: 227, preset: 'caffe' },
  { name: 'googlenet', title: 'GoogLeNet', size: 224, preset: 'caffe' },
  { name: 'resnet-18', title: 'ResNet-18', size: 224, preset: 'torch' },
  { name: 'vgg-16', title: 'VGG-16', size: 224, preset: 'caffe' },
]

/** What each has to be, byte for byte, and what Python's onnxruntime answers. */
export const onnxClassicsGolden = inRepository('test', 'golden', 'classics-onnx')

const scripts = inRepository('scripts', 'models', 'classics-onnx')
const requirements = inRepository('scripts', 'onnx-tests', 'requirements.txt')

const directoryOf = ({ name }: OnnxClassic): string => join(classicsDirectory, name)

/** Where a model lies once it is made. */
export const onnxClassicPath = (classic: OnnxClassic): string =>
  join(directoryOf(classic), `${classic.name}.onnx`)

const goldenOf = ({ name }: OnnxClassic): string => join(onnxClassicsGolden, `${name}.json`)

const perLevel = (fractions: readonly number[]) => fractions.map((fraction) => fraction * 255)

// The presets of @edge/image, which is not built yet when set-up runs; a test holds them together.
const inputs = {
  torch: {
    channels: 'rgb',
    resize: {
      fit: 'cover-crop',
      cropRatio: 0.875,
      rounding: 'torchvision',
      kernel: 'bilinear',
      antialias: true,
    },
    mean: perLevel([0.485, 0.456, 0.406]),
    std: perLevel([0.229, 0.224, 0.225]),
  },
  caffe: {
    channels: 'bgr',
    resize: { fit: 'cover-crop', cropRatio: 0.875, rounding: 'nearest', kernel: 'bilinear', antialias: true },
    mean: [103.939, 116.779, 123.68],
    std: [1],
  },
}

/** The manifest that lies beside a model. */
export function onnxClassicManifest({ name, title, size, preset }: OnnxClassic): object {
  return {
    manifestVersion: 1,
    name,
    description: `${title} with random weights, for measurements of time: the classes that it returns mean nothing`,
    files: [`${name}.onnx`],
    input: { width: size, height: size, layout: 'NCHW', ...inputs[preset] },
    output: { kind: preset === 'torch' ? 'logits' : 'probabilities' },
    labels: 'labels.txt',
  }
}

async function planOf(classic: OnnxClassic): Promise<Plan> {
  return {
    key: [JSON.stringify(onnxClassicManifest(classic))],
    inputs: [...(await filesIn(scripts, '.py')), goldenOf(classic), imagenetLabels, requirements],
    outputs: [`${classic.name}.onnx`, 'model.json', 'labels.txt'].map((file) =>
      join(directoryOf(classic), file),
    ),
  }
}

/** Makes one, with its manifest and labels; with `record`, which a change that is meant needs, its golden file is written anew. */
export async function makeOnnxClassic(classic: OnnxClassic, record = false): Promise<string> {
  const printed = await runPythonIn(onnxruntimeEnvironment, [
    join(scripts, 'make.py'),
    ...['--network', classic.name],
    ...['--golden', goldenOf(classic)],
    ...['--out', onnxClassicPath(classic)],
    ...(record ? ['--record'] : []),
  ])
  const { parameters, multiplications } = parseObject(printed, 'scripts/models/classics-onnx/make.py')
  const directory = directoryOf(classic)
  const manifest = JSON.stringify(onnxClassicManifest(classic), null, 2)
  await writeFileAtomically(join(directory, 'model.json'), `${manifest}\n`)
  await writeFileAtomically(join(directory, 'labels.txt'), await readFile(imagenetLabels, 'utf8'))
  const { size } = await stat(onnxClassicPath(classic))
  const millions = (count: unknown): string => `${(Number(count) / 1e6).toFixed(1)} M`
  return `random weights, ${millions(parameters)} parameters, ${millions(multiplications)} multiplications, ${(size / 1e6).toFixed(1)} MB`
}

// One after the other: the largest takes two gigabytes of memory.
async function makeMissing(): Promise<string> {
  let made = 0
  for (const classic of onnxClassics) {
    const plan = await planOf(classic)
    const stamp = `bench-onnx-models-${classic.name}`
    if (await isCurrent(stamp, plan)) continue
    const summary = await makeOnnxClassic(classic)
    await writeStamp(stamp, plan)
    made += 1
    console.log(`  ${classic.name.padEnd(12)} ${summary}`)
  }
  return `${made} of ${onnxClassics.length} models made, the others were there`
}

/** The models that only benchmarks on a GPU and TensorRT's tests need. */
export const benchOnnxModelsStep: Step = {
  name: 'bench-onnx-models',
  after: [onnxruntimeEnvironmentStep],
  tools: ['python'],
  plan: async () => {
    const plans = await Promise.all(onnxClassics.map(planOf))
    return {
      key: plans.flatMap(({ key }) => key),
      inputs: [...new Set(plans.flatMap(({ inputs }) => inputs))],
      outputs: plans.flatMap(({ outputs }) => outputs),
    }
  },
  make: makeMissing,
}
