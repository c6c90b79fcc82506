import { EdgeError } from '@edge/errors'
import { checkBytes } from './arguments.js'
import { modelName } from './source-name.js'

/** The model files that this product knows. An engine is a model that TensorRT has compiled for one kind of GPU: code, not data. */
export type ModelFormat = 'tflite' | 'onnx' | 'engine'

/** How many bytes from a file's beginning {@link identifyModel} and {@link checkModelHeader} look at. */
export const MODEL_HEADER_BYTES = 64

/** The offset of the root table, the identifier, and the root table's own first offset. */
const MIN_FLATBUFFER_BYTES = 12

/**
 * Tells a model's format from its first bytes; names and extensions are not looked at.
 *
 * - TFLite: a FlatBuffer with the file identifier `TFL3` at byte 4.
 * - Engine: TensorRT's own tag, `ftrt`.
 * - ONNX: a protocol buffer whose first field is `ir_version` (number 1, a varint), as every exporter writes it.
 *
 * @param header - the file's first {@link MODEL_HEADER_BYTES} bytes, or all of a shorter file.
 * @returns the format, or undefined for anything else.
 */
export function identifyModel(header: Uint8Array): ModelFormat | undefined {
  checkBytes(header, "a model, or a file's first ones")
  if (header.length >= 8 && String.fromCharCode(...header.subarray(4, 8)) === 'TFL3') return 'tflite'
  if (header.length >= 4 && String.fromCharCode(...header.subarray(0, 4)) === 'ftrt') return 'engine'
  const [tag, version] = header
  // Versions of ONNX's intermediate representation so far fit into one byte, and the next field's tag follows.
  if (header.length >= 16 && tag === 0x08 && version !== undefined && version >= 1 && version <= 32)
    return 'onnx'
  return undefined
}

/**
 * Checks what the first bytes of a model say against the size of the file, before a vendor's library sees it.
 *
 * @param header - as for {@link identifyModel}.
 * @param fileBytes - the size of the whole file.
 * @param source - what to call the model in messages.
 * @returns the format.
 * @throws EdgeError `MODEL_INVALID` for an empty file, an unknown format, or a header that points outside the file.
 */
export function checkModelHeader(header: Uint8Array, fileBytes: number, source: string): ModelFormat {
  if (fileBytes === 0) {
    throw new EdgeError('MODEL_INVALID', {
      summary: `the model ${source} is empty`,
      expected: 'a .tflite, .onnx or .engine file',
      found: '0 bytes',
      remedy: 'Copy or download the model again.',
    })
  }
  const format = identifyModel(header)
  if (format === undefined) {
    throw new EdgeError('MODEL_INVALID', {
      summary: `${modelName(source)} is not a model file of a known format`,
      expected: 'a .tflite file ("TFL3" at byte 4), an .onnx file, or an engine of TensorRT ("ftrt")',
      found: describeBytes(header),
      remedy:
        'Check the path; an interrupted download often leaves a web page or a Git LFS pointer in its place.',
    })
  }
  if (format === 'tflite') checkFlatBufferRoot(header, fileBytes, source)
  return format
}

function checkFlatBufferRoot(header: Uint8Array, fileBytes: number, source: string): void {
  const root = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(0, true)
  // The root table begins with a 4-byte offset to its vtable.
  if (root < 8 || root + 4 > fileBytes) {
    throw new EdgeError('MODEL_INVALID', {
      summary: `the model ${source} is truncated or corrupt`,
      ...(fileBytes < MIN_FLATBUFFER_BYTES
        ? {
            expected: `at least ${MIN_FLATBUFFER_BYTES} bytes`,
            found: `${fileBytes} bytes; its root table would be one at byte ${root}`,
          }
        : {
            expected: `a root table between byte 8 and byte ${fileBytes - 4}`,
            found: `one at byte ${root}`,
          }),
      remedy: 'Copy or download the model again.',
    })
  }
}

function describeBytes(header: Uint8Array): string {
  const shown = [...header.subarray(0, 8)]
  const hex = shown.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const printable = shown.every((byte) => byte >= 0x20 && byte < 0x7f)
  return printable
    ? `a file that begins with "${String.fromCharCode(...shown)}"`
    : `a file that begins with ${hex}`
}
