import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editTflite, enumName, type TfliteModel } from '@edge/model/tflite'

const CACHE = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
const MODELS = `${CACHE}models/`

/** EfficientNet-Lite0 and variants of it, as set-up makes them. */
export const lite0 = {
  float32: `${MODELS}efficientnet-lite0/efficientnet_lite0_fp32.tflite`,
  int8: `${MODELS}efficientnet-lite0/efficientnet_lite0_int8.tflite`,
  float16: `${MODELS}efficientnet-lite0-variants/efficientnet_lite0_fp16.tflite`,
  dynamicRange: `${MODELS}efficientnet-lite0-variants/efficientnet_lite0_dynamic_range.tflite`,
  onnx: `${MODELS}efficientnet-lite0-variants/efficientnet_lite0_fp32.onnx`,
  manifest: `${MODELS}efficientnet-lite0/model.json`,
} as const

/** A photograph that has the size of the model's input already. */
export const input = (name: string): string => `${MODELS}efficientnet-lite0/inputs/${name}`

if (!existsSync(lite0.float32)) throw new Error(`${lite0.float32} is missing: pnpm run setup`)
if (!existsSync(lite0.onnx)) throw new Error(`${lite0.onnx} is missing: pnpm run setup --only test-models`)

/** The int8 model with weights of one layer that stand for twice what they stood for. */
export function misquantized(isMeant: (name: string) => boolean): Uint8Array {
  return editTflite(readFileSync(lite0.int8), (model) => {
    const [graph, ...others] = model.subgraphs ?? []
    const meant = new Set(weightsOf(model, isMeant))
    const tensors = graph?.tensors?.map((tensor, index) => {
      const { quantization } = tensor
      if (!meant.has(index) || quantization === undefined) return tensor
      return {
        ...tensor,
        quantization: { ...quantization, scale: quantization.scale?.map((scale) => 2 * scale) },
      }
    })
    return graph === undefined ? model : { ...model, subgraphs: [{ ...graph, tensors }, ...others] }
  })
}

/**
 * The float32 model with the weights of one layer changed: somebody's quantizer that got it wrong, or a pruned model.
 *
 * @param isMeant - of the name of an operator's result.
 */
export function edited(
  isMeant: (name: string) => boolean,
  edit: (weights: Float32Array) => Float32Array,
): Uint8Array {
  return editTflite(readFileSync(lite0.float32), (model) => {
    const buffers = model.buffers?.slice() ?? []
    for (const tensor of weightsOf(model, isMeant)) {
      const place = model.subgraphs?.[0]?.tensors?.[tensor]?.buffer ?? 0
      const buffer = buffers[place]
      if (buffer?.data === undefined) continue
      // A copy: the file may have them at any place.
      const weights = edit(new Float32Array(buffer.data.slice().buffer))
      buffers[place] = { ...buffer, data: new Uint8Array(weights.buffer) }
    }
    return { ...model, buffers }
  })
}

/** Tensors that hold the weights of the layers that are meant. */
function weightsOf(model: TfliteModel, isMeant: (name: string) => boolean): number[] {
  const graph = model.subgraphs?.[0]
  return (graph?.operators ?? []).flatMap(({ opcodeIndex, inputs, outputs }) => {
    const code = model.operatorCodes?.[opcodeIndex]
    const name = enumName(
      'BuiltinOperator',
      Math.max(code?.builtinCode ?? 0, code?.deprecatedBuiltinCode ?? 0),
    )
    const isProduct = name === 'CONV_2D' || name === 'DEPTHWISE_CONV_2D' || name === 'FULLY_CONNECTED'
    const result = graph?.tensors?.[outputs?.[0] ?? -1]?.name ?? ''
    return isProduct && isMeant(result) ? [inputs?.[1] ?? -1] : []
  })
}
