import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the repository. */
export const repositoryRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** Everything that set-up downloads or makes and that no package carries. Ignored by git. */
export const cacheDirectory = join(repositoryRoot, '.cache')

/** The sample photographs. */
export const photographsDirectory = join(cacheDirectory, 'photos')

/** Photographs that only tests need. */
export const testPhotographsDirectory = join(cacheDirectory, 'test-photos')

/** Photographs of up to 24 megapixels, out of Debian's packages of wallpapers. */
export const wallpapersDirectory = join(cacheDirectory, 'wallpapers')

/** ONNX's own tests of its operators, a folder each. */
export const onnxTestsDirectory = join(cacheDirectory, 'onnx-tests')

/** The virtual environment that makes the models. */
export const pythonEnvironment = join(cacheDirectory, 'python', 'models')

/** Both EfficientNet-Lite0 models, their manifest, labels and the preprocessed photographs. */
export const efficientnetDirectory = join(cacheDirectory, 'models', 'efficientnet-lite0')

/** Published weights, as they were fetched. */
export const weightsDirectory = join(cacheDirectory, 'models', 'weights')

/** The models that only benchmarks need, a folder each. */
export const classicsDirectory = join(cacheDirectory, 'models', 'classics')

/** TensorRT's headers, a folder for each major version, which the addon is compiled with. */
export const tensorrtHeadersDirectory = join(cacheDirectory, 'tensorrt', 'headers')

/** CUDA's `cuda.h`, a folder for each major version, which our declarations of it are held against. */
export const cudaHeadersDirectory = join(cacheDirectory, 'cuda', 'headers')

/** TensorRT's own library, for tests. */
export const tensorrtLibraryDirectory = join(cacheDirectory, 'tensorrt', 'lib')

/** The GPU's kernels as PTX, which the addon carries; empty where they cannot be compiled. */
export const kernelsFile = join(cacheDirectory, 'cuda', 'preprocess.ptx')

/** A path as a person reads it: from the repository's root. */
export function displayPath(path: string): string {
  return relative(repositoryRoot, path)
}
