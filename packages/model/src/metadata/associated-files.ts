import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { unzipSync, zipSync } from 'fflate'
import { checkBytes } from '../arguments.js'

/** How {@link readAssociatedFiles} reads. */
export interface AssociatedFilesOptions {
  /** The most that all files may have when unpacked; 64 MiB if left out. */
  readonly maxBytes?: number
}

const OPTIONS: NamesOf<AssociatedFilesOptions> = { maxBytes: true }

/** Sizes and places in a zip archive, in bytes, from its specification. */
const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 65_535
const ENTRY_SIGNATURE = 0x02014b50
const ENTRY_BYTES = 46
const FILE_BYTES = 30

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

/**
 * Reads the files that a model carries behind itself as a zip archive: labels, vocabularies.
 *
 * Names come from whoever made the file: never take one for a path without checking it.
 *
 * @param bytes - the whole .tflite file.
 * @returns contents by name; empty where the file has no archive.
 * @throws EdgeError `MODEL_INVALID` where the archive is corrupt or cut off, or unpacks to more than `maxBytes`.
 */
export function readAssociatedFiles(
  bytes: Uint8Array,
  options: AssociatedFilesOptions = {},
): Map<string, Uint8Array> {
  checkBytes(bytes, 'a TFLite model')
  checkOptionNames(options, OPTIONS, 'readAssociatedFiles')
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  const archive = findArchive(bytes)
  if (archive === undefined) return new Map()
  let total = 0
  try {
    const files = unzipSync(archive, {
      filter: ({ originalSize }) => {
        total += originalSize
        if (total > maxBytes) throw corrupt(`at most ${maxBytes} bytes in all files`, `${total} or more`)
        return true
      },
    })
    return new Map(Object.entries(files))
  } catch (error) {
    if (error instanceof EdgeError) throw error
    throw corrupt('a zip archive', error instanceof Error ? error.message : String(error), error)
  }
}

/**
 * Puts files behind a model, as TFLite Metadata wants them: a zip archive whose offsets count from the beginning of the model.
 *
 * @param model - a .tflite file without an archive.
 * @returns the model as it is where there are no files.
 */
export function appendAssociatedFiles(model: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  checkBytes(model, 'a TFLite model')
  if (files.size === 0) return model
  // Stored as they are: readers map them from the file. One date, so that the same input gives the same bytes.
  const archive = zipSync(Object.fromEntries(files), { level: 0, mtime: '1980-01-01T00:00:00' })
  shiftOffsets(archive, model.length)
  const file = new Uint8Array(model.length + archive.length)
  file.set(model)
  file.set(archive, model.length)
  return file
}

/** The archive with what precedes it as far as its offsets count from there; undefined where the file does not end in one. */
function findArchive(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) {
    const begin = findUnended(bytes)
    if (begin === undefined) return undefined
    throw corrupt(
      "an archive with its directory, at the file's end",
      `the beginning of a file at byte ${begin}, and no directory after it`,
    )
  }
  const directoryBytes = view.getUint32(end + 12, true)
  const directoryOffset = view.getUint32(end + 16, true)
  const begin = end - directoryBytes - directoryOffset
  if (begin < 0)
    throw corrupt('a directory inside the file', `one of ${directoryBytes} bytes at ${directoryOffset}`)
  return bytes.subarray(begin)
}

/** Where the record is that ends an archive: its comment ends with the file. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_BYTES
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at -= 1) {
    if (view.getUint32(at, true) === END_SIGNATURE && view.getUint16(at + 20, true) === last - at) return at
  }
  return undefined
}

/**
 * Where a file of an archive begins that does not end, since the model was cut off: without this, its files would be missing silently. An archive inside the model's own data has its end there too.
 */
function findUnended(bytes: Uint8Array): number | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = file.lastIndexOf(Buffer.from('PK\x03\x04'))
  if (at < 0) return undefined
  const end = file.indexOf(Buffer.from('PK\x05\x06'), at)
  if (end >= 0 && end + END_BYTES <= file.length) return undefined
  // Weights have the same four bytes by chance once in four gigabytes; these fields tell what they are.
  if (at + FILE_BYTES > file.length) return at
  const [version, method, name] = [4, 8, 26].map((field) => file.readUInt16LE(at + field))
  const isFile = (version ?? 0) < 64 && (method === 0 || method === 8) && name !== 0 && (name ?? 0) < 1024
  return isFile ? at : undefined
}

function shiftOffsets(archive: Uint8Array, by: number): void {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const end = archive.length - END_BYTES
  let entry = view.getUint32(end + 16, true)
  view.setUint32(end + 16, entry + by, true)
  while (entry < end && view.getUint32(entry, true) === ENTRY_SIGNATURE) {
    view.setUint32(entry + 42, view.getUint32(entry + 42, true) + by, true)
    const variable = [28, 30, 32].map((field) => view.getUint16(entry + field, true))
    entry += ENTRY_BYTES + variable.reduce((sum, length) => sum + length, 0)
  }
}

function corrupt(expected: string, found: string, cause?: unknown): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: 'the files behind the TFLite model cannot be read',
    expected,
    found,
    remedy: 'Copy or download the model again.',
    cause,
  })
}
