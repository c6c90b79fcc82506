/**
 * onnxruntime-node as a subject of benchmarks, as one would use it by hand: sharp for the pictures, one session, as many intra-op threads as
 * asked for. A model whose input is uint8 gets a picture's bytes as they are, another one's are normalised.
 */
import { createRequire } from 'node:module'
import { drive, type LoadRequest, type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import type * as Onnxruntime from 'onnxruntime-node'
import { bestClasses, classifyEach } from './classes.js'
import { normalised, ofPicture, pixelsOf, SIDE } from './lite0-pictures.js'

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor }: typeof Onnxruntime = require('onnxruntime-node')
const { version }: { version: string } = require('onnxruntime-node/package.json')

interface Opened {
  readonly load: LoadRequest
  readonly session: Onnxruntime.InferenceSession
  readonly input: string
  readonly output: string
  readonly takesBytes: boolean
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
      const [metadata] = session.inputMetadata
      const takesBytes = metadata?.isTensor === true && metadata.type === 'uint8'
      opened = { load: request, session, input, output, takesBytes, prepared: new Map() }
      const zeros = tensorOf(new Uint8Array(request.batch * SIDE * SIDE * 3), request.batch)
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
      return await classifyEach(need().load.images, async (path) =>
        bestClasses(await logitsOf(path), request.topK),
      )
    case 'end':
      await opened?.session.release()
      opened = undefined
      return { answer: 'ended' }
  }
})

async function logitsOf(path: string): Promise<Float32Array> {
  const { session, input, output } = need()
  const { [output]: logits } = await session.run({ [input]: await decode(path) })
  if (!(logits?.data instanceof Float32Array)) throw new TypeError('the output is not float32')
  return logits.data
}

/** A picture's tensor, decoded once. */
async function inputOf(image: number): Promise<Onnxruntime.Tensor | undefined> {
  const { load, prepared } = need()
  if (load.batch > 1 || load.images[image] === undefined) return undefined
  const tensor = prepared.get(image) ?? (await decodePicture(image))
  prepared.set(image, tensor)
  return tensor
}

function decodePicture(image: number): Promise<Onnxruntime.Tensor> {
  return ofPicture(image, decode(need().load.images[image] ?? ''))
}

async function decode(path: string): Promise<Onnxruntime.Tensor> {
  return tensorOf(await pixelsOf(path), 1)
}

function tensorOf(pixels: Uint8Array, batch: number): Onnxruntime.Tensor {
  const shape = [batch, SIDE, SIDE, 3]
  return need().takesBytes
    ? new Tensor('uint8', pixels, shape)
    : new Tensor('float32', normalised(pixels), shape)
}

function noInput(): never {
  throw new Error('there is no input')
}

function need(): Opened {
  if (opened === undefined) throw new Error('asked to run before a model was loaded')
  return opened
}
