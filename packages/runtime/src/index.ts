/**
 * Runs models, on threads of their own. `@edge/trt` exports what applications need of it; what backends are written against is here alone.
 *
 * @module @edge/runtime
 */

import { registerBackend } from './backend.js'
import { onnxruntimeBackend } from './onnxruntime/backend.js'
import { tensorRtBackend } from './tensorrt/backend.js'
import { tfliteBackend } from './tflite-backend.js'

registerBackend(tfliteBackend)
// Before onnxruntime: where there is a GPU, .onnx models run on it.
registerBackend(tensorRtBackend)
registerBackend(onnxruntimeBackend)

export {
  type CalibrationMethod,
  type ChannelQuantization,
  type ChromaPlane,
  type DelegateOption,
  type DevicePicture,
  type DType,
  type GpuInfo,
  type InputShape,
  type LibraryInfo,
  type NativeDelegate,
  type NativeRequest,
  type PhaseTime,
  type PixelLayout,
  type Precision,
  type Quantization,
  type ResampleAxis,
  type ResampleKernel,
  type SignatureInfo,
  Tensor,
  type TensorInfo,
  type TypedArrayOf,
  type TypedArrays,
} from '@edge/native'
export {
  type Backend,
  type BackendDescription,
  type BackendOpenOptions,
  type BackendOption,
  type BackendProblem,
  type BackendRequest,
  type BackendSession,
  backends,
  describeRuntimes,
  registerBackend,
} from './backend.js'
export { canIsolate } from './can-isolate.js'
export type { ModelLike, ModelSource } from './model-source.js'
export {
  type ExternalDelegate,
  type IsolationOptions,
  SESSION_OPTIONS,
  type SessionOptions,
  type XnnpackOptions,
} from './options.js'
export { type DeviceTimes, type LayerTime, Request, type RunOptions, type RunTiming } from './request.js'
export { type RequestOptions, Session } from './session.js'
export {
  type BuildEngineOptions,
  type BuiltEngineFile,
  buildEngine,
} from './tensorrt/build-engine.js'
export type {
  CalibrationBatch,
  CalibrationOptions,
  ShapeRange,
  TensorRtOptions,
} from './tensorrt/options.js'
export type { BuildProgress } from './tensorrt/progress.js'
