export { fromAddon } from './failure.js'
export { loadAddon } from './load.js'
export {
  DTYPES,
  type DType,
  type LibraryCandidate,
  type LibraryInfo,
  type LiveObjects,
  type NativeAddon,
  type NativeRequest,
  type NativeSession,
  type PixelLayout,
  type PixelWrite,
  type Quantization,
  type TensorInfo,
  type TfliteSessionOptions,
} from './surface.js'
export { Tensor, type TypedArrayOf, type TypedArrays } from './tensor.js'
