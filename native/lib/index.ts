export { fromAddon } from './failure.js'
export { loadAddon } from './load.js'
export {
  type ChannelQuantization,
  type DelegateOption,
  DTYPES,
  type DType,
  type InputShape,
  type LibraryCandidate,
  type LibraryInfo,
  type LiveObjects,
  type NativeAddon,
  type NativeDelegate,
  type NativeRequest,
  type NativeSession,
  type PixelLayout,
  type PixelResample,
  type PixelWrite,
  type Quantization,
  type ResampleAxis,
  type ResampleKernel,
  type SignatureInfo,
  type TensorInfo,
  type TfliteSessionOptions,
} from './surface.js'
export { Tensor, type TypedArrayOf, type TypedArrays } from './tensor.js'
