import {
  checkOptionNames,
  checkSignal,
  EdgeError,
  type NamesOf,
  optionOutOfRange,
  throwIfAborted,
} from '@edge/errors'
import {
  type ImageSource,
  PREPROCESSING_OPTIONS,
  type PreprocessingOptions,
  preprocessWith,
  takeSource,
} from '@edge/image'
import { type CalibrationBatch, type DType, type ModelLike, Tensor } from '@edge/runtime'
import { checkSources, type Sources } from './in-order.js'
import { ModelContent } from './model-content.js'
import { describePictureModel } from './picture-model.js'

/** How pictures become batches: as `Classifier.load` finds it. */
export interface CalibrationBatchesOptions extends PreprocessingOptions {
  /** Path of the model's manifest, or false to look for none. Default: `<stem>.model.json` or `model.json` beside the model. */
  readonly manifest?: string | URL | false
  /**
   * Shape of the model's input, where that leaves dimensions open: the `opt` of the first profile. The first dimension is how many pictures
   * make a batch. Default: the model's own, with 1 for what it leaves open, as an engine without profiles has it.
   */
  readonly shape?: readonly number[]
  /** Ends it, with `ABORTED`. */
  readonly signal?: AbortSignal
}

const OPTIONS: NamesOf<CalibrationBatchesOptions> = {
  manifest: true,
  shape: true,
  signal: true,
  ...PREPROCESSING_OPTIONS,
}

/**
 * Batches for int8 calibration on TensorRT 10, from pictures like those that the model is to classify: some hundreds of them. They are read one
 * after the other, as TensorRT asks for batches. Of a last batch that is not full nothing is used.
 *
 * @param model - the .onnx model, with one input.
 * @param pictures - a list of them, or whatever else can be iterated over, also as they come.
 * @throws EdgeError when it is iterated over: `MODEL_UNSUPPORTED` for a model that is no .onnx, or with several inputs; `INVALID_ARGUMENT` for a
 *   shape that the model does not have, and for too few pictures for a batch; `ABORTED`; and as loading a classifier and preprocessing a picture throw.
 *
 * @example
 * ```ts
 * const batches = calibrationBatches('resnet18.onnx', ['1.jpg', '2.jpg', '3.jpg'], { preset: 'torch' })
 * const session = await Session.open('resnet18.onnx', {
 *   backend: 'tensorrt',
 *   precision: 'int8',
 *   tensorrt: { calibration: { batches, id: 'three pictures' } },
 * })
 * ```
 */
export async function* calibrationBatches(
  model: ModelLike,
  pictures: Sources<ImageSource>,
  options: CalibrationBatchesOptions = {},
): AsyncGenerator<CalibrationBatch, void, undefined> {
  checkOptionNames(options, OPTIONS, 'calibrationBatches')
  checkSources(pictures)
  const { signal, shape, ...rest } = options
  checkSignal(signal)
  const content = new ModelContent(model)
  const { tensor, size } = await inputOf(content, shape)
  const described = await describePictureModel({ content, format: 'onnx', inputs: [tensor] }, rest)
  let batch = new Uint8Array(size * tensor.bytes)
  let filled = 0
  let whole = 0
  for await (const picture of pictures) {
    await takeSource(picture, async () => {
      throwIfAborted(signal, 'the calibration')
      await preprocessWith(described.preprocessing, picture, tensor, signal)
    })
    batch.set(new Uint8Array(tensor.buffer, 0, tensor.bytes), filled * tensor.bytes)
    filled += 1
    if (filled < size) continue
    yield { [tensor.name]: batch }
    // Whoever took it may keep it.
    batch = new Uint8Array(batch.length)
    filled = 0
    whole += 1
  }
  if (whole > 0) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'there are too few pictures for a batch of calibration',
    expected: `${size} or more`,
    found: String(filled),
    remedy: 'Give more, some hundreds if you have them.',
  })
}

// Those that pictures are written as.
const ELEMENT_BYTES = new Map<string, { readonly dtype: DType; readonly bytes: number }>([
  ['float32', { dtype: 'float32', bytes: 4 }],
  ['float16', { dtype: 'float16', bytes: 2 }],
  ['uint8', { dtype: 'uint8', bytes: 1 }],
  ['int8', { dtype: 'int8', bytes: 1 }],
])

/** Memory for one picture, and how many make a batch. */
interface PictureInput {
  readonly tensor: Tensor
  readonly size: number
}

async function inputOf(content: ModelContent, given: readonly number[] | undefined): Promise<PictureInput> {
  const { inspectOnnx, readOnnx } = await import('@edge/model/onnx')
  const source = content.source instanceof Uint8Array ? undefined : String(content.source)
  const { inputs } = inspectOnnx(readOnnx(await content.bytes(), source))
  const [input, other] = inputs
  const element = ELEMENT_BYTES.get(input?.dtype ?? '')
  if (input === undefined || other !== undefined || element === undefined) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: 'the model cannot be calibrated from pictures',
      expected: `one input, of ${[...ELEMENT_BYTES.keys()].join(', ')}`,
      found: inputs.map(({ name, dtype }) => `${name} of ${dtype}`).join(', ') || 'none',
      remedy:
        'Make the batches yourself: the option tensorrt.calibration.batches takes values of any inputs.',
    })
  }
  const [size = 1, ...one] = shapeOf(input.shape, given, element.bytes)
  const bytes = one.reduce((product, dimension) => product * dimension, element.bytes)
  const info = { name: input.name, dtype: element.dtype, shape: [1, ...one], bytes }
  return { tensor: new Tensor(info, new ArrayBuffer(bytes), 0), size }
}

/** Of a batch; an engine that takes more in one would be of little use. */
const MOST_BYTES = 2 ** 31

function shapeOf(
  declared: readonly (number | string)[],
  given: readonly number[] | undefined,
  elementBytes: number,
): readonly number[] {
  const shape = given ?? declared.map((dimension) => (typeof dimension === 'number' ? dimension : 1))
  const fits =
    shape.length === declared.length &&
    shape.every((size, axis) => Number.isSafeInteger(size) && size > 0 && agree(declared[axis], size))
  if (fits && shape.reduce((product, size) => product * size, elementBytes) <= MOST_BYTES) return shape
  throw optionOutOfRange(
    'shape',
    `a shape of whole numbers that [${declared.join(', ')}] allows`,
    `[${shape.join(', ')}]`,
  )
}

/** Whether a dimension that the model declares, by a number or by a name, can be this. */
function agree(declared: number | string | undefined, size: number): boolean {
  return typeof declared === 'string' || declared === size
}
