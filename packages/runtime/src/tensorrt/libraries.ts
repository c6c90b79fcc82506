import type { LibraryCandidate, TensorRtLibraries } from '@edge/native'

/**
 * Where TensorRT and the GPU's driver may be. A path that was given, by option or by environment, is the only candidate for TensorRT:
 * falling back to another library in silence would hide a wrong path. Where nothing was given, the addon looks where they usually lie.
 */
export function tensorRtLibraries(libraryPath: string | undefined): TensorRtLibraries {
  const tensorrt = candidate('libraryPath', libraryPath) ?? fromEnvironment('EDGE_TENSORRT_LIBRARY')
  const cuda = fromEnvironment('EDGE_CUDA_LIBRARY')
  return {
    tensorrt: tensorrt === undefined ? [] : [tensorrt],
    cuda: cuda === undefined ? [] : [cuda],
  }
}

function candidate(option: string, path: string | undefined): LibraryCandidate | undefined {
  return path === undefined ? undefined : { path, origin: `the ${option} option` }
}

function fromEnvironment(name: string): LibraryCandidate | undefined {
  const path = process.env[name]
  return path === undefined || path === '' ? undefined : { path, origin: name }
}
