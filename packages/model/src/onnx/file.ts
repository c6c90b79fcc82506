import { randomUUID } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { readFileBounded, toFilePath } from '../file.js'
import { EXTERNAL_LOCATION, externalReference, isExternal } from './external-reference.js'
import { onnxMessage } from './message.js'
import { readOnnx } from './reader.js'
import type { ModelProto, TensorProto } from './schema.js'
import { onnxTensorData } from './tensor-data.js'
import { mapTensors, visitTensors } from './tensor-traversal.js'
import { MAX_MODEL_BYTES, writeOnnx } from './writer.js'

/** A model file as it was read. */
export interface OnnxFile {
  /** The file that was read. */
  readonly path: string
  /** Where its external data are. */
  readonly directory: string
  /** The file's bytes, onto which the model has views. */
  readonly content: Uint8Array
  /** What it holds. */
  readonly model: ModelProto
}

/**
 * Reads an .onnx file; external data stay where they are until {@link loadExternalData}.
 *
 * @throws EdgeError `MODEL_INVALID`, also for a file of more than 2 GiB; `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INVALID_ARGUMENT`.
 */
export async function readOnnxFile(path: string | URL): Promise<OnnxFile> {
  const file = toFilePath(path, 'model')
  const content = await readFileBounded(file, {
    what: 'model',
    maxBytes: MAX_MODEL_BYTES,
    tooLarge: 'MODEL_INVALID',
  })
  return { path: file, directory: dirname(file), content, model: readOnnx(content, file) }
}

/** How {@link writeOnnxFile} writes. */
export interface WriteOnnxOptions {
  /** Puts large tensors into a file beside the model. Default: all stay in the model file, which can have at most 2 GiB. */
  readonly externalData?: {
    /** Path of that file, relative to the model's directory. Default: the model's file name with `.data` behind it. */
    readonly location?: string
    /** Tensors of at least so many bytes go there. Default: 1024. */
    readonly minimumBytes?: number
  }
}

const OPTIONS: NamesOf<WriteOnnxOptions> = { externalData: true }
const EXTERNAL_OPTIONS: NamesOf<NonNullable<WriteOnnxOptions['externalData']>> = {
  location: true,
  minimumBytes: true,
}

// What programs that map the file into memory want each tensor to begin at.
const ALIGNMENT = 4096

/**
 * Writes a model into a file, which is there whole or not at all.
 *
 * Tensors whose data are external already, and were not loaded, keep their references: the data file has to be beside the new file.
 *
 * @throws EdgeError `INVALID_ARGUMENT` as {@link writeOnnx}, for a `location` outside the model's directory or the model file itself, and
 *   where a file would be overwritten that tensors of the model still refer to; the file system's own error where it cannot be written.
 *
 * @example
 * ```ts
 * await writeOnnxFile('big.onnx', model, { externalData: { location: 'big.weights' } })
 * ```
 */
export async function writeOnnxFile(
  path: string | URL,
  model: ModelProto,
  options: WriteOnnxOptions = {},
): Promise<void> {
  const file = toFilePath(path, 'model')
  checkOptionNames(options, OPTIONS, 'writeOnnxFile')
  const { externalData } = options
  if (externalData === undefined) {
    const bytes = writeOnnx(model)
    await checkKept(model, file, file)
    await replaceFile(file, (handle) => writeAll(handle, bytes, 0))
    return
  }
  checkOptionNames(externalData, EXTERNAL_OPTIONS, 'writeOnnxFile externalData')
  const { location = `${basename(file)}.data`, minimumBytes = 1024 } = externalData
  checkMinimum(minimumBytes)
  checkLocation(location)
  const data = join(dirname(file), location)
  if ((await placeOf(data)) === (await placeOf(file))) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option externalData.location is the model file itself, which would overwrite the data',
      expected: 'another file beside the model',
      found: JSON.stringify(location),
      remedy: 'Name another file, or leave the option out.',
    })
  }
  await checkKept(model, file, file)
  await checkKept(model, file, data)
  const { model: lean, pieces } = moveOut(model, location, minimumBytes)
  const bytes = writeOnnx(lean)
  if (pieces.length > 0) {
    await replaceFile(data, async (handle) => {
      for (const piece of pieces) await writeAll(handle, piece.bytes, piece.offset)
    })
  }
  await replaceFile(file, (handle) => writeAll(handle, bytes, 0))
}

/**
 * Which file a path means: its directory with all links followed. Names that differ in case alone are one file on some systems.
 *
 * A link at the path itself is replaced, not followed.
 */
async function placeOf(path: string): Promise<string> {
  const whole = resolve(path.replaceAll('\\', '/'))
  const directory = await realpath(dirname(whole)).catch(() => dirname(whole))
  return join(directory, basename(whole)).toLowerCase()
}

/** Checks that tensors that stay where they are outside a model do not lie in a file that is to be overwritten. */
async function checkKept(model: ModelProto, file: string, overwritten: string): Promise<void> {
  const places = new Map<string, string>()
  visitTensors(model, (tensor, place) => {
    if (isExternal(tensor)) places.set(externalReference(tensor, place).location, place)
  })
  // What is read from a link is what it leads to.
  const real = async (path: string): Promise<string> => await realpath(path).catch(() => placeOf(path))
  const [target, content] = [await placeOf(overwritten), await real(overwritten)]
  for (const [location, place] of places) {
    const data = join(dirname(file), location)
    if ((await placeOf(data)) !== target && (await real(data)) !== content) continue
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `${place} has data in ${location}, which would be overwritten`,
      expected: 'a file that no tensor of the model refers to',
      found: overwritten,
      remedy: 'Load them first, loadExternalData(model, directory), or name another file.',
    })
  }
}

function checkMinimum(bytes: unknown): void {
  if (typeof bytes === 'number' && bytes >= 0) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'the option externalData.minimumBytes is out of range',
    expected: 'a number of bytes, 0 or more',
    found: String(bytes),
  })
}

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

function moveOut(
  model: ModelProto,
  location: string,
  minimumBytes: number,
): { readonly model: ModelProto; readonly pieces: readonly Piece[] } {
  const pieces: Piece[] = []
  let end = 0
  const lean = mapTensors(model, (tensor, place) => {
    if (isExternal(tensor)) return tensor
    if (tensor.stringData.length > 0 || approximateBytes(tensor) < minimumBytes) return tensor
    const { bytes } = onnxTensorData(tensor, place)
    if (bytes.length < minimumBytes || bytes.length === 0) return tensor
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT
    end = offset + bytes.length
    pieces.push({ offset, bytes })
    return asReference(tensor, location, offset, bytes.length)
  })
  return { model: lean, pieces }
}

// Typed fields are at least as large as the bytes that they become.
function approximateBytes({ rawData, floatData, int32Data, int64Data, doubleData, uint64Data }: TensorProto) {
  const fields = [floatData, int32Data, int64Data, doubleData, uint64Data]
  return fields.reduce((sum, field) => sum + field.byteLength, rawData?.length ?? 0)
}

function asReference(tensor: TensorProto, location: string, offset: number, length: number): TensorProto {
  const entries = { location, offset: String(offset), length: String(length) }
  const { name, dataType, docString, unknownFields } = tensor
  return onnxMessage('TensorProto', {
    ...(name !== undefined && { name }),
    ...(dataType !== undefined && { dataType }),
    ...(docString !== undefined && { docString }),
    ...(unknownFields !== undefined && { unknownFields }),
    dims: tensor.dims,
    metadataProps: tensor.metadataProps,
    dataLocation: EXTERNAL_LOCATION,
    externalData: Object.entries(entries).map(([key, value]) =>
      onnxMessage('StringStringEntryProto', { key, value }),
    ),
  })
}

function checkLocation(location: string): void {
  const probe = asReference(onnxMessage('TensorProto'), String(location), 0, 0)
  try {
    if (typeof location !== 'string') throw new TypeError('not a string')
    externalReference(probe, 'the location')
  } catch (cause) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option externalData.location is not a place beside the model',
      expected: 'a relative path without ..',
      found: JSON.stringify(location),
      cause,
    })
  }
}

async function replaceFile(path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    const handle = await open(fresh, 'wx')
    try {
      await fill(handle)
    } finally {
      await handle.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

const WRITE_BYTES = 2 ** 30

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(WRITE_BYTES, bytes.length - done)
    const { bytesWritten } = await handle.write(bytes, done, length, position + done)
    done += bytesWritten
  }
}
