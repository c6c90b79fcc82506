import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../../../native/build/double/', import.meta.url))

/**
 * Has this process run on the doubles of TensorRT and of the GPU's driver, with real arithmetic for a few operators. They stay loaded, so
 * one process knows one major version.
 *
 * @param settings - environment variables of theirs, besides.
 */
export function useDoubles(major: 10 | 11, settings: Readonly<Record<string, string>> = {}): void {
  Object.assign(process.env, {
    EDGE_CUDA_LIBRARY: join(built, 'cuda', 'libcuda.so.1'),
    EDGE_TENSORRT_LIBRARY: join(built, 'tensorrt', String(major), `libnvinfer.so.${major}`),
    ...settings,
  })
}
