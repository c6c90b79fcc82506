import { EdgeError } from '@edge/errors'
import type { Quantization, Tensor, TensorInfo } from '@edge/runtime'

/** A model's scores, one for each class. */
export interface ClassOutput {
  readonly tensor: TensorInfo
  readonly classCount: number
}

/**
 * Checks that a model returns one score for each class.
 *
 * @param tensors - the model's outputs: one, of float32, or of uint8 or int8 with a quantization, with one dimension that is not 1.
 * @throws EdgeError `MODEL_UNSUPPORTED` for an output that is not one score a class.
 */
export function classOutput(tensors: readonly TensorInfo[]): ClassOutput {
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
  return { tensor, classCount }
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

function notClasses(expected: string, found: string): EdgeError {
  return new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the model does not return one score for each class',
    expected,
    found,
    remedy: 'Use an image classification model, or run this one with Session.',
  })
}
