import { identifyModel } from './format.js'

// Byte 4: the version of the format, 32 bits, 0 in all that are known. Byte 24: TensorRT's version, a byte for each part.
const FORMAT_AT = 4
const VERSION_AT = 24
const HEADER_BYTES = 28
/** Before it there were no serialized engines of this kind. */
const LEAST_MAJOR = 5

/**
 * Which TensorRT made a serialized engine, as far as its first bytes tell. NVIDIA does not document them.
 *
 * @param header - the file's first `MODEL_HEADER_BYTES` bytes.
 * @returns such as `10.3.0.30`; undefined where they do not tell.
 */
export function engineVersion(header: Uint8Array): string | undefined {
  if (identifyModel(header) !== 'engine' || header.length < HEADER_BYTES) return undefined
  if (header.subarray(FORMAT_AT, FORMAT_AT + 4).some((byte) => byte !== 0)) return undefined
  const version = header.subarray(VERSION_AT, HEADER_BYTES)
  return (version[0] ?? 0) < LEAST_MAJOR ? undefined : version.join('.')
}
