import type { HalfType, ModelProto } from '@edge/model/onnx'
import type { Precision } from '@edge/native'
import type { CheckedOnnx } from '../checked-onnx.js'

/** A model as TensorRT is to get it. */
export interface TypedModel {
  readonly bytes: Uint8Array
  /** Where its external data are looked for, beside it; undefined where it has none. */
  readonly path: string | undefined
  /** What casting cost, for people. */
  readonly warnings: readonly string[]
}

const HALVES: Partial<Record<Precision, HalfType>> = { fp16: 'float16', bf16: 'bfloat16' }

/**
 * A model that has the types that it is to be computed in: TensorRT computes in those since version 11, where before it chose among what
 * it was allowed. One that has such types already is left as its maker wants it.
 *
 * @param version - TensorRT's.
 * @throws EdgeError `MODEL_UNSUPPORTED` where it cannot be cast, quantized models among them; what reading external data throws.
 */
export async function typedModel(
  onnx: CheckedOnnx,
  content: string | Uint8Array,
  precision: Precision,
  version: string,
): Promise<TypedModel> {
  const half = HALVES[precision]
  const asItIs = {
    bytes: onnx.bytes,
    path: typeof content === 'string' ? content : undefined,
    warnings: [],
  }
  if (half === undefined || Number.parseInt(version, 10) < 11) return asItIs
  const { castOnnxToHalf, loadExternalData, onnxDataTypeId, readOnnx, writeOnnx } = await import(
    '@edge/model/onnx'
  )
  const model = readOnnx(onnx.bytes)
  if (hasType(model, onnxDataTypeId(half))) return asItIs
  const { externalDirectory } = onnx
  const whole = externalDirectory === undefined ? model : await loadExternalData(model, externalDirectory)
  const cast = castOnnxToHalf(whole, { type: half })
  const clamped = cast.clamped === 1 ? 'one weight is' : `${cast.clamped} weights are`
  return {
    bytes: writeOnnx(cast.model),
    path: undefined,
    warnings:
      cast.clamped === 0 ? [] : [`${clamped} beyond what ${half} can be, and became its largest number`],
  }
}

function hasType({ graph }: ModelProto, type: number): boolean {
  return (
    graph !== undefined &&
    (graph.initializer.some(({ dataType }) => dataType === type) ||
      [...graph.input, ...graph.output].some((value) => value.type?.tensorType?.elemType === type) ||
      graph.node.some(({ opType, attribute }) =>
        attribute.some(({ t, i }) => t?.dataType === type || (opType === 'Cast' && i === BigInt(type))),
      ))
  )
}
