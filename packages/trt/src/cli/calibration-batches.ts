import { EdgeError } from '@edge/errors'
import { type PresetName, preprocess } from '@edge/image'
import { findManifest, readFileBounded } from '@edge/model'
import { DTYPES, Tensor } from '@edge/native'
import type { CalibrationBatch } from '@edge/runtime'
import { UsageError } from './failure.js'
import { namedPictures } from './picture-set.js'

/** What int8 ranges are found from. */
export interface CalibrationPictures {
  /** Path of the .onnx model. */
  readonly model: string
  /** A directory of pictures, or a picture. */
  readonly pictures: string
  readonly preset: PresetName | undefined
  /** The shape that the engine is to be fastest for, of inputs whose dimensions the model leaves open. */
  readonly shapes: Readonly<Record<string, readonly number[]>>
  /** Is told of each picture that was used. */
  readonly used: () => void
  readonly signal: AbortSignal
}

/**
 * Batches of a model's only input, from pictures made as the model wants them. Of a batch that is not full nothing is used.
 *
 * @throws EdgeError `MODEL_UNSUPPORTED` for a model with several inputs, `FILE_NOT_FOUND` where there are too few pictures for a batch, and
 *   as reading models and preprocessing pictures throw; UsageError where a dimension is open.
 */
export async function* calibrationBatches({
  model,
  pictures,
  preset,
  shapes,
  used,
  signal,
}: CalibrationPictures): AsyncGenerator<CalibrationBatch> {
  const { name, dtype, shape } = await inputOf(model, shapes)
  const [size = 1, ...one] = shape
  const manifest = (await findManifest(model))?.manifest.input
  const values = one.reduce((product, dimension) => product * dimension, 1)
  const info = { name, dtype, shape: [1, ...one] }
  const bytes = values * new Tensor({ ...info, bytes: 8 }, new ArrayBuffer(8), 0).data.BYTES_PER_ELEMENT
  const tensor = new Tensor({ ...info, bytes }, new ArrayBuffer(bytes), 0)
  const paths = await namedPictures([pictures])
  if (paths.length < size) {
    throw new EdgeError('FILE_NOT_FOUND', {
      summary: `there are too few pictures in ${pictures} for a batch`,
      expected: `${size} or more`,
      found: String(paths.length),
      remedy: 'Name a directory with more, some hundreds if you have them.',
    })
  }
  for (let first = 0; first + size <= paths.length; first += size) {
    const batch = new Uint8Array(bytes * size)
    for (const [place, path] of paths.slice(first, first + size).entries()) {
      await preprocess(path, tensor, {
        signal,
        ...(preset !== undefined && { preset }),
        ...(manifest !== undefined && { manifest }),
      })
      batch.set(new Uint8Array(tensor.buffer, 0, bytes), place * bytes)
      used()
    }
    yield { [name]: batch }
  }
}

// What a protocol buffer can hold.
const MOST_BYTES = 2 ** 31

async function inputOf(model: string, shapes: CalibrationPictures['shapes']) {
  const { inspectOnnx, readOnnx } = await import('@edge/model/onnx')
  const content = await readFileBounded(model, {
    what: 'model',
    maxBytes: MOST_BYTES,
    tooLarge: 'MODEL_INVALID',
  })
  const { inputs } = inspectOnnx(readOnnx(content, model))
  const [input, other] = inputs
  const dtype = DTYPES.find((known) => known === input?.dtype)
  if (input === undefined || other !== undefined || dtype === undefined) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `${model} cannot be calibrated from pictures`,
      expected: 'one input',
      found: inputs.map(({ name, dtype }) => `${name} of ${dtype}`).join(', ') || 'none',
      remedy:
        'Calibrate it in a program: the option tensorrt.calibration of buildEngine() takes batches of any inputs.',
    })
  }
  const shape = shapes[input.name] ?? input.shape
  const known = shape.filter((dimension) => typeof dimension === 'number')
  if (known.length < shape.length) {
    throw new UsageError(
      `--opt-shapes is wanted: the model leaves dimensions of ${input.name} open, [${shape.join(', ')}]`,
    )
  }
  return { name: input.name, dtype, shape: known }
}
