import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODELS = fileURLToPath(new URL('../../../.cache/models/', import.meta.url))

/** Models that set-up makes. */
export const int8 = join(MODELS, 'efficientnet-lite0/efficientnet_lite0_int8.tflite')
export const float32 = join(MODELS, 'efficientnet-lite0/efficientnet_lite0_fp32.tflite')
export const onnx = join(MODELS, 'efficientnet-lite0-variants/efficientnet_lite0_fp32.onnx')
export const tiny = (name: string): string => join(MODELS, 'tiny', `${name}.tflite`)
