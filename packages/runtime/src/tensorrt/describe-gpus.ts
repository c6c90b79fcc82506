import { type CudaInfo, fromAddon, loadAddon, type TensorRtInfo } from '@edge/native'
import type { BackendProblem } from '../backend.js'
import { backendProblem } from '../backend-problem.js'
import { tensorRtLibraries } from './libraries.js'

/** What there is of NVIDIA's software, each part by itself. */
export interface GpuDescription {
  /** The driver, whose version is the newest CUDA that it supports, and the GPUs; or why there is none. */
  readonly cuda: CudaInfo | { readonly problem: BackendProblem }
  /** TensorRT's library, and its ONNX parser; or why there is none, or why it does not work on the GPU that is there. */
  readonly tensorrt: TensorRtInfo | { readonly problem: BackendProblem }
}

/**
 * Looks for GPUs, their driver and TensorRT. It loads the libraries, tries whether TensorRT works on a GPU, which takes some tenths of a
 * second, and never throws.
 *
 * @param libraryPath - of TensorRT, in place of the one that would be searched for.
 */
export function describeGpus(libraryPath?: string): GpuDescription {
  const libraries = tensorRtLibraries(libraryPath)
  const cuda = attempt(() => loadAddon().describeCuda(libraries.cuda))
  // Without a GPU, no TensorRT works.
  const tryOn = 'problem' in cuda ? undefined : libraries.cuda
  const tensorrt = attempt(() => loadAddon().describeTensorRt(libraries.tensorrt, tryOn))
  return { cuda, tensorrt }
}

function attempt<T>(find: () => T): T | { readonly problem: BackendProblem } {
  try {
    return find()
  } catch (error) {
    const failure = fromAddon(error)
    return {
      problem: backendProblem(failure),
    }
  }
}
