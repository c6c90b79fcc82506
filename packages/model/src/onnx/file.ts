import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded, toFilePath } from '../file.js'
import { EXTERNAL_LOCATION, externalReference, isExternal } from './external-reference.js'
import { onnxMessage } from './message.js'
import { readOnnx } from './reader.js'
import type { ModelProto, TensorProto } from './schema.js'
import { onnxTensorData } from './tensor-data.js'
import { mapTensors } from './tensor-traversal.js'
import { MAX_MODEL_BYTES, writeOnnx } from './writer.js'

/** A model file as it was read. */
export interface OnnxFile {
  readonly path: string
  /** Where its external data are. */
  readonly directory: string
  /** The file's bytes, onto which the model has views. */
  readonly content: Uint8Array
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

// What programs that map the file into memory want each tensor to begin at.
const ALIGNMENT = 4096

/**
 * Writes a model into a file, which is there whole or not at all.
 *
 * Tensors whose data are external already, and were not loaded, keep their references: the data file has to be beside the new file.
 *
 * @throws EdgeError `INVALID_ARGUMENT` as {@link writeOnnx}, and for a `location` outside the model's directory; the file system's own
 *   error where it cannot be written.
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
  const { externalData } = options
  if (externalData === undefined) {
    const bytes = writeOnnx(model)
    await replaceFile(file, (handle) => writeAll(handle, bytes, 0))
    return
  }
  const { location = `${basename(file)}.data`, minimumBytes = 1024 } = externalData
  checkLocation(location)
  const { model: lean, pieces } = moveOut(model, location, minimumBytes)
  const bytes = writeOnnx(lean)
  if (pieces.length > 0) {
    await replaceFile(join(dirname(file), location), async (handle) => {
      for (const piece of pieces) await writeAll(handle, piece.bytes, piece.offset)
    })
  }
  await replaceFile(file, (handle) => writeAll(handle, bytes, 0))
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
    if (isExternal(tensor)) {
      if (externalReference(tensor, place).location !== location) return tensor
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `${place} has data in ${location}, which would be overwritten`,
        remedy: 'Load them first, loadExternalData(model, directory), or name another location.',
      })
    }
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
  const probe = asReference(onnxMessage('TensorProto'), location, 0, 0)
  try {
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
