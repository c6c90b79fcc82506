/**
 * transformers.js as a subject of benchmarks, as one would use it: its pipeline `image-classification`, with its own onnxruntime-node and
 * sharp, without the network.
 *
 *   transformers-subject.ts MODULES FOLDER MODEL
 *
 * It opens no .onnx but folders with one: FOLDER was made of MODEL, which is the only one that it can be asked to load.
 */
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { drive, type LoadRequest, type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import { classifyEach } from './classes.js'
import { ofPicture, SIDE } from './lite0-pictures.js'

// What of @huggingface/transformers is used: it is not among the repository's own dependencies.
interface Transformers {
  readonly env: {
    readonly version: string
    readonly backends: { readonly onnx: { readonly versions: Readonly<Record<string, string>> } }
    allowRemoteModels: boolean
    localModelPath: string
  }
  readonly pipeline: (task: 'image-classification', model: string, options: object) => Promise<Classifier>
  readonly RawImage: { read(path: string): Promise<RawImage> }
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => Tensor
}
interface Classifier {
  (image: RawImage, options: { readonly top_k: number }): Promise<readonly Labelled[]>
  processor(images: readonly RawImage[]): Promise<{ readonly pixel_values: Tensor }>
  model(inputs: { readonly pixel_values: Tensor }): Promise<unknown>
  dispose(): Promise<unknown>
}
interface ConfiguredModel {
  readonly config: { readonly label2id: Readonly<Record<string, number>> }
}
interface Labelled {
  readonly label: string
  readonly score: number
}
type RawImage = object
type Tensor = object

interface Opened {
  readonly load: LoadRequest
  readonly classifier: Classifier
  readonly prepared: Map<number, Tensor>
}

const [modules = '', folder = '', source = ''] = process.argv.slice(2)
const require = createRequire(join(modules, 'package.json'))
const transformers: Transformers = require('@huggingface/transformers')
const { label2id }: ConfiguredModel['config'] = require(join(folder, 'config.json'))
const TOP_K = 5

let opened: Opened | undefined

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load':
      return await open(request)
    case 'run': {
      const { load, classifier, prepared } = need()
      const slots: (Tensor | undefined)[] = []
      const images: number[] = []
      return await drive(request, {
        prepare: async (image, slot) => {
          images[slot] = image
          if (!load.endToEnd) slots[slot] = await inputOf(image)
        },
        run: async (slot) => {
          const image = images[slot] ?? 0
          if (load.endToEnd) await classifier(await pictureOf(image), { top_k: TOP_K })
          else await classifier.model({ pixel_values: slots[slot] ?? prepared.get(-1) ?? noInput() })
        },
      })
    }
    case 'classify':
      return await classifyEach(need().load.images, (path) => classesOf(path, request.topK))
    case 'end':
      await opened?.classifier.dispose()
      opened = undefined
      return { answer: 'ended' }
  }
})

async function open(load: LoadRequest): Promise<SubjectAnswer> {
  if (load.model !== source) throw new RangeError(`transformers.js has a folder made of ${source} alone`)
  if (load.batch !== 1) throw new RangeError('the model is of one picture at a time')
  const { env, pipeline, Tensor } = transformers
  env.allowRemoteModels = false
  env.localModelPath = dirname(folder)
  const begin = performance.now()
  const classifier = await pipeline('image-classification', basename(folder), {
    device: 'cpu',
    dtype: 'fp32',
    session_options: { intraOpNumThreads: load.threads, interOpNumThreads: 1 },
  })
  const loadMs = performance.now() - begin
  const zeros = new Tensor('float32', new Float32Array(3 * SIDE * SIDE), [1, 3, SIDE, SIDE])
  const firstBegin = performance.now()
  await classifier.model({ pixel_values: zeros })
  opened = { load, classifier, prepared: new Map([[-1, zeros]]) }
  return { answer: 'loaded', version: versions(), loadMs, firstRunMs: performance.now() - firstBegin }
}

/** Its own, and those of what it brings. */
function versions(): string {
  const { version, backends } = transformers.env
  const sharp: { versions: Readonly<Record<string, string>> } = createRequire(
    require.resolve('@huggingface/transformers'),
  )('sharp')
  return `transformers.js ${version} (onnxruntime-node ${backends.onnx.versions.node}, sharp ${sharp.versions.sharp})`
}

/** What its pipeline does first when it is given a path. */
function pictureOf(image: number): Promise<RawImage> {
  return ofPicture(image, transformers.RawImage.read(need().load.images[image] ?? ''))
}

/** A picture's tensor, decoded once. */
async function inputOf(image: number): Promise<Tensor | undefined> {
  const { load, classifier, prepared } = need()
  if (load.images[image] === undefined) return undefined
  const tensor = prepared.get(image) ?? (await classifier.processor([await pictureOf(image)])).pixel_values
  prepared.set(image, tensor)
  return tensor
}

async function classesOf(
  path: string,
  topK: number,
): Promise<{ index: number; score: number; label: string }[]> {
  const found = await need().classifier(await transformers.RawImage.read(path), { top_k: topK })
  return found.map(({ label, score }) => ({ index: label2id[label] ?? -1, score, label }))
}

function noInput(): never {
  throw new Error('there is no input')
}

function need(): Opened {
  if (opened === undefined) throw new Error('asked to run before a model was loaded')
  return opened
}
