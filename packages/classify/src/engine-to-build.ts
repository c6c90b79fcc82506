import { checkModelHeader, MODEL_HEADER_BYTES } from '@edge/model'
import { type DType, describeRuntimes, type ModelLike, type TensorInfo } from '@edge/runtime'
import type { ClassTensors } from './class-model.js'
import type { ModelContent } from './model-content.js'

/**
 * Whether TensorRT may have to build an engine of a model. That takes minutes: what is missing for a classifier is better told before.
 *
 * @param backend - the option.
 */
export function mayBuildEngine(model: ModelLike, backend: string | undefined): boolean {
  if (backend !== undefined && backend !== 'auto' && backend !== 'tensorrt') return false
  return (
    mayBeOnnx(model) && describeRuntimes().some(({ name, available }) => name === 'tensorrt' && available)
  )
}

/**
 * The tensors of an .onnx model as its graph declares them.
 *
 * @returns undefined for any other model, and where the graph leaves open what only an engine tells.
 */
export async function declaredTensors(content: ModelContent): Promise<ClassTensors | undefined> {
  try {
    return await tensorsOf(content)
  } catch {
    // Whoever opens the model says what is wrong with it.
    return undefined
  }
}

// The name is enough: one that is told wrongly is found out before anything is built, or after.
function mayBeOnnx(model: ModelLike): boolean {
  if (!(model instanceof Uint8Array)) return !/\.(tflite|engine|plan)$/i.test(String(model))
  return String.fromCharCode(...model.subarray(4, 8)) !== 'TFL3'
}

async function tensorsOf(content: ModelContent): Promise<ClassTensors | undefined> {
  const bytes = await content.bytes()
  const format = checkModelHeader(bytes.subarray(0, MODEL_HEADER_BYTES), bytes.length, 'the model')
  if (format !== 'onnx') return undefined
  const { inspectOnnx, readOnnx } = await import('@edge/model/onnx')
  const graph = inspectOnnx(readOnnx(bytes))
  const [inputs, outputs] = [graph.inputs.map(tensorInfo), graph.outputs.map(tensorInfo)]
  if (!allKnown(inputs) || !allKnown(outputs)) return undefined
  return { content, format, inputs, outputs }
}

/** Types that pictures and scores are of. */
const DTYPES: readonly DType[] = ['float32', 'float16', 'uint8', 'int8']

function tensorInfo({
  name,
  dtype,
  shape,
}: {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly (number | string)[]
}): TensorInfo | undefined {
  const known = DTYPES.find((one) => one === dtype)
  // A batch that is left open is of one picture.
  const sizes = shape.map((size, axis) => (axis === 0 && typeof size === 'string' ? 1 : size))
  const numbers = sizes.filter((size) => typeof size === 'number')
  if (known === undefined || numbers.length < sizes.length || numbers.length === 0) return undefined
  return { name, dtype: known, shape: numbers, bytes: 0 }
}

function allKnown(tensors: readonly (TensorInfo | undefined)[]): tensors is readonly TensorInfo[] {
  return !tensors.includes(undefined)
}
