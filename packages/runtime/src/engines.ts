/**
 * The cache of TensorRT's engines, and what of NVIDIA's software there is: for who looks after a machine. Opening models needs none of it.
 *
 * @module @edge/runtime/engines
 */

export type { CudaInfo, GpuInfo, LibraryInfo, TensorRtInfo } from '@edge/native'
export type { BackendProblem } from './backend.js'
export type { ModelLike } from './model-source.js'
export type { BuildEngineOptions } from './tensorrt/build-engine.js'
export { defaultCacheDirectory } from './tensorrt/cache-directory.js'
export { describeGpus, type GpuDescription } from './tensorrt/describe-gpus.js'
export { EngineCache } from './tensorrt/engine-cache.js'
export type { EngineFacts } from './tensorrt/engine-facts.js'
export type { CachedEngine, DamagedEngine } from './tensorrt/kept-engine.js'
export { wantedEngine } from './tensorrt/wanted-engine.js'
