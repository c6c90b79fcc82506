import { EdgeError } from '@edge/errors'
import type { ManifestOutput } from '@edge/model'
import type { Quantization, Tensor, TensorInfo } from '@edge/runtime'

/** What a model returns for each class: any number, or a probability. */
export type OutputKind = ManifestOutput['kind']

/** How to read a model's output. */
export interface ClassOutput {
  readonly classCount: number
  /** `detect` where only the values will tell. */
  readonly kind: OutputKind | 'detect'
}

// What TFLite's quantization specification fixes for the outputs of SOFTMAX and LOGISTIC: scale 1/256, from the lowest value.
// https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec
const PROBABILITY_SCALE = 1 / 256
const LOWEST = { uint8: 0, int8: -128 } as const

/**
 * Settles how a model's output is read.
 *
 * @param tensors - the model's outputs: one, of float32, or of uint8 or int8 with a quantization, with one dimension that is not 1.
 * @param kind - what an option or the manifest says. Where they say nothing, a quantized output is one of probabilities exactly if
 *   it is quantized as TFLite prescribes for softmax; of a float one, each result tells.
 * @throws EdgeError `MODEL_UNSUPPORTED` for an output that is not one score a class; `INVALID_ARGUMENT` for an unknown kind.
 */
export function classOutput(tensors: readonly TensorInfo[], kind: OutputKind | undefined): ClassOutput {
  const [tensor, other] = tensors
  if (tensor === undefined || other !== undefined) {
    throw notClasses('one output', `${tensors.length}`)
  }
  const { dtype, quantization, shape } = tensor
  if (dtype !== 'float32' && ((dtype !== 'uint8' && dtype !== 'int8') || quantization === undefined)) {
    throw notClasses(
      'float32, or quantized uint8 or int8',
      quantization === undefined ? `plain ${dtype}` : dtype,
    )
  }
  const classCount = shape.reduce((product, dimension) => product * dimension, 1)
  if (classCount < 1 || shape.filter((dimension) => dimension !== 1).length > 1) {
    throw notClasses('one score for each class, such as [1, 1000]', `[${shape.join(', ')}]`)
  }
  if (kind !== undefined && kind !== 'logits' && kind !== 'probabilities') {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option outputKind is out of range',
      expected: '"logits" or "probabilities"',
      found: String(kind),
    })
  }
  return { classCount, kind: kind ?? kindOf(dtype, quantization) }
}

/**
 * The output's values as real numbers.
 *
 * @throws EdgeError `INFERENCE_FAILED` where one of them is NaN or infinite; `SESSION_DISPOSED`.
 */
export function realValues(tensor: Tensor): Float64Array {
  const { scale, zeroPoint } = tensor.dtype === 'float32' ? IDENTITY : (tensor.quantization ?? IDENTITY)
  const values = new Float64Array(tensor.size)
  const { data } = tensor
  for (let index = 0; index < values.length; index += 1) {
    const value = scale * (Number(data[index]) - zeroPoint)
    if (!Number.isFinite(value)) {
      throw new EdgeError('INFERENCE_FAILED', {
        summary: `the model returned ${value} for class ${index}`,
        expected: 'a number',
        found: String(value),
        remedy: 'Check that the preprocessing is the one the model was trained with, and the model itself.',
      })
    }
    values[index] = value
  }
  return values
}

const IDENTITY: Quantization = { scale: 1, zeroPoint: 0 }

function kindOf(
  dtype: 'float32' | 'uint8' | 'int8',
  quantization: Quantization | undefined,
): ClassOutput['kind'] {
  if (dtype === 'float32' || quantization === undefined) return 'detect'
  const { scale, zeroPoint } = quantization
  const close = Math.abs(scale / PROBABILITY_SCALE - 1) < 1e-3
  return close && zeroPoint === LOWEST[dtype] ? 'probabilities' : 'logits'
}

function notClasses(expected: string, found: string): EdgeError {
  return new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the model does not return one score for each class',
    expected,
    found,
    remedy: 'Use an image classification model, or run this one with Session.',
  })
}
