import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EdgeError } from '@edge/errors'
import { checkModelHeader, MODEL_HEADER_BYTES, type ModelFormat } from '@edge/model'

/** A model to open: a path, a `file:` URL, or the file's bytes. */
export type ModelLike = string | URL | Uint8Array

/** A model whose beginning was read and checked. */
export interface ModelSource {
  /** What the backend gets: a path, or bytes. */
  readonly content: string | Uint8Array
  /** What to call it in messages. */
  readonly name: string
  readonly format: ModelFormat
  /** Size of the file. */
  readonly bytes: number
}

/**
 * Finds out what a model is before any vendor's library sees it.
 *
 * @throws EdgeError `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `FILE_UNREADABLE` or `MODEL_INVALID`.
 */
export async function readModelSource(model: ModelLike): Promise<ModelSource> {
  if (model instanceof Uint8Array) {
    const name = `(${model.length} bytes in memory)`
    const format = checkModelHeader(model.subarray(0, MODEL_HEADER_BYTES), model.length, name)
    return { content: model, name, format, bytes: model.length }
  }
  const path = toPath(model)
  const { header, bytes } = await readHeader(path)
  return { content: path, name: path, format: checkModelHeader(header, bytes, path), bytes }
}

function toPath(model: unknown): string {
  if (typeof model === 'string' && model !== '' && !model.includes('\0')) return model
  if (model instanceof URL && model.protocol === 'file:') return fileURLToPath(model)
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'model is not something that can be opened',
    expected: 'a path, a file: URL or a Uint8Array with the bytes of the file',
    found:
      model instanceof URL
        ? `a ${model.protocol} URL`
        : typeof model === 'string'
          ? JSON.stringify(model)
          : typeof model,
  })
}

async function readHeader(path: string): Promise<{ header: Uint8Array; bytes: number }> {
  try {
    const file = await open(path)
    try {
      const stat = await file.stat()
      // Reading a directory fails by itself; a pipe or a device would wait for ever.
      if (!stat.isFile() && !stat.isDirectory()) throw new Error('not a regular file')
      const { bytesRead, buffer } = await file.read(
        new Uint8Array(MODEL_HEADER_BYTES),
        0,
        MODEL_HEADER_BYTES,
        0,
      )
      return { header: buffer.subarray(0, bytesRead), bytes: stat.size }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no model at ${path}`,
      remedy: `Check the path; relative paths start at ${process.cwd()}.`,
      cause,
    })
  }
  return new EdgeError('FILE_UNREADABLE', {
    summary: `the model ${path} cannot be read`,
    expected: 'a file that can be read',
    found: code === 'EISDIR' ? 'a directory' : cause instanceof Error ? cause.message : String(cause),
    remedy: code === 'EISDIR' ? 'Name the model file inside it.' : 'Check the path and its permissions.',
    cause,
  })
}
