import type { NodeProto } from '../schema.js'
import type { Shape } from './facts.js'
import { integerAttribute, integersAttribute, textAttribute } from './node-attributes.js'

/**
 * The spatial dimensions that a convolution or pooling gives.
 *
 * Formula: https://onnx.ai/onnx/operators/onnx__Conv.html and onnx__MaxPool.html.
 */
export function windowed(node: NodeProto, input: Shape, kernel: readonly (number | undefined)[]): Shape {
  const strides = integersAttribute(node, 'strides')
  const dilations = integersAttribute(node, 'dilations')
  const pads = integersAttribute(node, 'pads')
  const autoPad = textAttribute(node, 'auto_pad', 'NOTSET')
  const round = integerAttribute(node, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor
  return kernel.map((size, axis) => {
    const extent = input[axis + 2]
    if (extent === undefined || size === undefined) return undefined
    const stride = strides?.[axis] ?? 1
    if (autoPad.startsWith('SAME')) return Math.ceil(extent / stride)
    const before = autoPad === 'VALID' ? 0 : (pads?.[axis] ?? 0)
    const after = autoPad === 'VALID' ? 0 : (pads?.[axis + kernel.length] ?? 0)
    const reach = (dilations?.[axis] ?? 1) * (size - 1) + 1
    const steps = round((extent + before + after - reach) / stride) + 1
    // A window that begins in the padding behind the input is none.
    const begun = (steps - 1) * stride >= extent + before ? steps - 1 : steps
    return Math.max(0, round === Math.ceil ? begun : steps)
  })
}

/** The spatial dimensions that a transposed convolution gives. Formula: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html. */
export function unwindowed(node: NodeProto, input: Shape, kernel: readonly (number | undefined)[]): Shape {
  const given = integersAttribute(node, 'output_shape')
  if (given !== undefined && given.length > 0) return given.slice(-kernel.length)
  const strides = integersAttribute(node, 'strides')
  const dilations = integersAttribute(node, 'dilations')
  const pads = integersAttribute(node, 'pads')
  const extra = integersAttribute(node, 'output_padding')
  const isSame = textAttribute(node, 'auto_pad', 'NOTSET').startsWith('SAME')
  return kernel.map((size, axis) => {
    const extent = input[axis + 2]
    if (extent === undefined || size === undefined) return undefined
    const stride = strides?.[axis] ?? 1
    if (isSame) return extent * stride
    const padding = (pads?.[axis] ?? 0) + (pads?.[axis + kernel.length] ?? 0)
    const reach = (dilations?.[axis] ?? 1) * (size - 1) + 1
    return stride * (extent - 1) + (extra?.[axis] ?? 0) + reach - padding
  })
}
