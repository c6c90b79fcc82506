/**
 * onnxruntime-node as a subject of benchmarks, as one would use it by hand: sharp for the pictures, one session, as many intra-op threads as
 * asked for.
 */
import { createRequire } from 'node:module'
import {
  type Classified,
  drive,
  type LoadRequest,
  PictureFailure,
  type SubjectAnswer,
  type SubjectRequest,
  serveSubject,
} from '@edge/bench'
import type * as Onnxruntime from 'onnxruntime-node'
import sharp from 'sharp'

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor }: typeof Onnxruntime = require('onnxruntime-node')
const { version }: { version: string } = require('onnxruntime-node/package.json')

const SIDE = 224
const RESIZED = 256
const MEAN = 127
const STD = 128

interface Opened {
  readonly load: LoadRequest
  readonly session: Onnxruntime.InferenceSession
  readonly input: string
  readonly output: string
  readonly prepared: Map<number, Onnxruntime.Tensor>
}

let opened: Opened | undefined

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load': {
      const begin = performance.now()
      const session = await InferenceSession.create(request.model, {
        intraOpNumThreads: request.threads,
        interOpNumThreads: 1,
      })
      const loadMs = performance.now() - begin
      const [input = ''] = session.inputNames
      const [output = ''] = session.outputNames
      opened = { load: request, session, input, output, prepared: new Map() }
      const zeros = new Tensor('float32', new Float32Array(request.batch * SIDE * SIDE * 3), [
        request.batch,
        SIDE,
        SIDE,
        3,
      ])
      const firstBegin = performance.now()
      await session.run({ [input]: zeros })
      opened.prepared.set(-1, zeros)
      return {
        answer: 'loaded',
        version: `onnxruntime-node ${version}`,
        loadMs,
        firstRunMs: performance.now() - firstBegin,
      }
    }
    case 'run': {
      const { load, session, input, prepared } = need()
      const slots: (Onnxruntime.Tensor | undefined)[] = []
      const images: number[] = []
      return await drive(request, {
        prepare: async (image, slot) => {
          images[slot] = image
          if (!load.endToEnd) slots[slot] = await inputOf(image)
        },
        run: async (slot) => {
          const tensor = load.endToEnd ? await decodePicture(images[slot] ?? 0) : slots[slot]
          await session.run({ [input]: tensor ?? prepared.get(-1) ?? noInput() })
        },
      })
    }
    case 'classify':
      return { answer: 'classified', pictures: await classify(request.topK) }
    case 'end':
      await opened?.session.release()
      opened = undefined
      return { answer: 'ended' }
  }
})

async function classify(topK: number): Promise<Classified['pictures']> {
  const { load, session, input, output } = need()
  const pictures: Classified['pictures'] = []
  for (const path of load.images) {
    try {
      const { [output]: logits } = await session.run({ [input]: await decode(path) })
      if (!(logits?.data instanceof Float32Array)) throw new TypeError('the output is not float32')
      const scores = softmax(logits.data)
      const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, topK)
      pictures.push({ classes: best.map((index) => ({ index, score: scores[index] ?? 0 })) })
    } catch (error) {
      pictures.push({
        error: { code: 'Error', message: error instanceof Error ? error.message : String(error) },
      })
    }
  }
  return pictures
}

/** A picture's tensor, decoded once. */
async function inputOf(image: number): Promise<Onnxruntime.Tensor | undefined> {
  const { load, prepared } = need()
  if (load.batch > 1 || load.images[image] === undefined) return undefined
  const tensor = prepared.get(image) ?? (await decodePicture(image))
  prepared.set(image, tensor)
  return tensor
}

/** A picture that sharp cannot decode is the picture's failure, and not this peer's. */
async function decodePicture(image: number): Promise<Onnxruntime.Tensor> {
  try {
    return await decode(need().load.images[image] ?? '')
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new PictureFailure(image, 'IMAGE_INVALID', message, { cause })
  }
}

/** The middle of a picture, as EfficientNet-Lite0 was trained on it. */
async function decode(path: string): Promise<Onnxruntime.Tensor> {
  const pixels = await sharp(path)
    .resize({ width: RESIZED, height: RESIZED, fit: 'cover', kernel: 'cubic' })
    .extract({ left: (RESIZED - SIDE) / 2, top: (RESIZED - SIDE) / 2, width: SIDE, height: SIDE })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return new Tensor(
    'float32',
    Float32Array.from(pixels, (pixel) => (pixel - MEAN) / STD),
    [1, SIDE, SIDE, 3],
  )
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const exponents = logits.map((logit) => Math.exp(logit - most))
  const total = exponents.reduce((a, b) => a + b, 0)
  return exponents.map((exponent) => exponent / total)
}

function noInput(): never {
  throw new Error('there is no input')
}

function need(): Opened {
  if (opened === undefined) throw new Error('asked to run before a model was loaded')
  return opened
}
