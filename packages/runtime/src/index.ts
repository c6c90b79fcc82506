import { registerBackend } from './backend.js'
import { onnxruntimeBackend } from './onnxruntime/backend.js'
import { tfliteBackend } from './tflite-backend.js'

registerBackend(tfliteBackend)
registerBackend(onnxruntimeBackend)

export {
  type ChannelQuantization,
  type DType,
  type Quantization,
  type SignatureInfo,
  Tensor,
  type TensorInfo,
  type TypedArrayOf,
} from '@edge/native'
export {
  type Backend,
  type BackendDescription,
  type BackendOpenOptions,
  type BackendOption,
  type BackendRequest,
  type BackendSession,
  backends,
  describeRuntimes,
  registerBackend,
} from './backend.js'
export type { ModelLike, ModelSource } from './model-source.js'
export {
  type ExternalDelegate,
  SESSION_OPTIONS,
  type SessionOptions,
  type XnnpackOptions,
} from './options.js'
export { Request, type RunOptions, type RunTiming } from './request.js'
export { type RequestOptions, Session } from './session.js'
