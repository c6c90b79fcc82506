import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { EdgeError } from '@edge/errors'
import { openFile } from '../file.js'
import { bytesOfElements, onnxDataType } from './data-types.js'
import { type ExternalReference, externalReference, isExternal } from './external-reference.js'
import type { ModelProto, TensorProto } from './schema.js'
import { elementCount } from './tensor-data.js'
import { mapTensors, visitTensors } from './tensor-traversal.js'

/**
 * The files that hold a model's external data, each once, relative to the model's directory.
 *
 * @throws EdgeError `MODEL_INVALID` for one that leaves the directory, or data that do not fit their tensor.
 */
export function externalLocations(model: ModelProto): readonly string[] {
  return [...new Set(references(model).map(({ reference }) => reference.location))]
}

/**
 * Sizes of the files that hold a model's external data, by location, for {@link validateOnnx}.
 *
 * @param directory - the model's directory.
 * @throws EdgeError `MODEL_INVALID` for a location outside the directory, also by a symbolic link; `FILE_NOT_FOUND`,
 *   `FILE_UNREADABLE`.
 */
export async function externalFileSizes(
  model: ModelProto,
  directory: string,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>()
  for (const location of externalLocations(model)) {
    const { handle, bytes } = await openFile(await confined(directory, location), 'external data file')
    await handle.close()
    sizes.set(location, bytes)
  }
  return sizes
}

/**
 * A model with its external data fetched into memory: tensors get views onto one buffer per file.
 *
 * @param directory - the model's directory, which no location may leave.
 * @throws EdgeError `MODEL_INVALID` for a location outside the directory, or data that end outside their file or do not fit their
 *   tensor; `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `OUT_OF_MEMORY`.
 *
 * @example
 * ```ts
 * const { model, directory } = await readOnnxFile('llm/model.onnx')
 * const whole = await loadExternalData(model, directory)
 * ```
 */
export async function loadExternalData(model: ModelProto, directory: string): Promise<ModelProto> {
  const ranges = new Map<string, { first: number; end: number }>()
  for (const { reference, length } of references(model)) {
    const range = ranges.get(reference.location)
    const end = reference.offset + length
    if (range === undefined) ranges.set(reference.location, { first: reference.offset, end })
    else {
      range.first = Math.min(range.first, reference.offset)
      range.end = Math.max(range.end, end)
    }
  }
  const parts = new Map<string, { first: number; bytes: Uint8Array }>()
  for (const [location, { first, end }] of ranges) {
    parts.set(location, { first, bytes: await readPart(directory, location, first, end) })
  }
  return mapTensors(model, (tensor, place) => {
    if (!isExternal(tensor)) return tensor
    const { location, offset } = externalReference(tensor, place)
    const part = parts.get(location)
    if (part === undefined) throw new EdgeError('INTERNAL', { summary: `${location} was not read` })
    const start = offset - part.first
    const { dataLocation: _, ...rest } = tensor
    return {
      ...rest,
      externalData: [],
      rawData: part.bytes.subarray(start, start + dataLength(tensor, place)),
    }
  })
}

interface PlacedReference {
  readonly reference: ExternalReference
  readonly length: number
}

function references(model: ModelProto): PlacedReference[] {
  const found: PlacedReference[] = []
  visitTensors(model, (tensor, place) => {
    if (!isExternal(tensor)) return
    found.push({ reference: externalReference(tensor, place), length: dataLength(tensor, place) })
  })
  return found
}

/** How many bytes a tensor's external data have; what the file says has to agree with its shape. */
export function dataLength(tensor: TensorProto, place: string): number {
  const type = onnxDataType(tensor.dataType)
  const elements = elementCount(tensor.dims)
  const { length } = externalReference(tensor, place)
  const needed =
    type === undefined || elements === undefined || type.bits === 0
      ? undefined
      : bytesOfElements(type, elements)
  if (needed !== undefined && (length === undefined || length === needed)) return needed
  throw new EdgeError('MODEL_INVALID', {
    summary: `${place} has another amount of external data than its shape asks for`,
    expected: needed === undefined ? 'a type and a shape of known size' : `${needed} bytes`,
    found: length === undefined ? 'none' : `${length} bytes`,
    remedy: 'Export the model again.',
  })
}

/** The real path of a location, which has to be inside the model's directory with all links followed. */
async function confined(directory: string, location: string): Promise<string> {
  const path = join(directory, location)
  const root = await realpath(directory).catch(() => directory)
  const real = await realpath(path).catch((cause: unknown) => {
    throw new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no external data file at ${path}`,
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Keep the data file where the model was exported to: beside the model.',
      cause,
    })
  })
  if (real.startsWith(root.endsWith(sep) ? root : root + sep)) return real
  throw new EdgeError('MODEL_INVALID', {
    summary: `the external data file ${location} is outside the model's directory`,
    expected: `a file in ${root}`,
    found: `a link to ${real}`,
    remedy: 'Copy the data file beside the model.',
  })
}

// Linux reads at most about 2 GiB at a time.
const READ_BYTES = 2 ** 30

async function readPart(
  directory: string,
  location: string,
  first: number,
  end: number,
): Promise<Uint8Array> {
  const path = await confined(directory, location)
  const { handle, bytes } = await openFile(path, 'external data file')
  try {
    if (end > bytes) throw outside(location, end, bytes)
    const part = allocate(end - first, path)
    for (let done = 0; done < part.length; ) {
      const length = Math.min(READ_BYTES, part.length - done)
      const { bytesRead } = await handle.read(part, done, length, first + done)
      if (bytesRead === 0) throw outside(location, end, first + done)
      done += bytesRead
    }
    return part
  } finally {
    await handle.close()
  }
}

function allocate(bytes: number, path: string): Uint8Array {
  try {
    return new Uint8Array(bytes)
  } catch (cause) {
    throw new EdgeError('OUT_OF_MEMORY', {
      summary: `there is no memory for the external data of ${path}`,
      expected: `${bytes} bytes`,
      cause,
    })
  }
}

function outside(location: string, end: number, bytes: number): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: `the external data file ${location} is too short`,
    expected: `at least ${end} bytes`,
    found: String(bytes),
    remedy: 'Copy or download the data file again.',
  })
}
