import { readFileSync } from 'node:fs'
import { type CudaInfo, fromAddon, type LibraryInfo, loadAddon } from '@edge/native'
import type { BackendProblem } from '../backend.js'
import { backendProblem } from '../backend-problem.js'
import { tensorRtLibraries } from './libraries.js'

/** What there is of NVIDIA's software, each part by itself. */
export interface GpuDescription {
  /** The driver, whose version is the newest CUDA that it supports, and the GPUs; or why there is none. */
  readonly cuda: CudaInfo | { readonly problem: BackendProblem }
  /** TensorRT's library; or why there is none. */
  readonly tensorrt: LibraryInfo | { readonly problem: BackendProblem }
  /** Whether TensorRT's ONNX parser is there: without it engines run, and none can be built. Undefined without TensorRT. */
  readonly parser: boolean | undefined
}

/**
 * Looks for GPUs, their driver and TensorRT. It loads the libraries, and never throws.
 *
 * @param libraryPath - of TensorRT, in place of the one that would be searched for.
 */
export function describeGpus(libraryPath?: string): GpuDescription {
  const libraries = tensorRtLibraries(libraryPath)
  const cuda = attempt(() => loadAddon().describeCuda(libraries.cuda))
  const tensorrt = attempt(() => loadAddon().describeTensorRt(libraries.tensorrt))
  return { cuda, tensorrt, parser: 'problem' in tensorrt ? undefined : hasParser(tensorrt) }
}

/** The addon loads the parser with TensorRT, beside it or by the dynamic loader: what is loaded is mapped. */
function hasParser({ version }: LibraryInfo): boolean {
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes(`/libnvonnxparser.so.${version.split('.')[0]}`)
  } catch {
    // Without proc(5) nothing tells. A build says it where it is missing.
    return true
  }
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
