import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { EdgeError } from '@edge/errors'
import { checkModelHeader, MODEL_HEADER_BYTES, type ModelFormat, openFile, toFilePath } from '@edge/model'

/** A model to open: a path, a `file:` URL, or the file's bytes. */
export type ModelLike = string | URL | Uint8Array

/**
 * A model whose beginning was read and checked.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export interface ModelSource {
  /** What the backend gets: a path, or bytes. */
  readonly content: string | Uint8Array
  /** What to call it in messages. */
  readonly name: string
  /** The format that the file's first bytes tell. */
  readonly format: ModelFormat
  /** Size of the file. */
  readonly bytes: number
  /** Of a path: what tells whether the file is still the one whose beginning was read. */
  readonly state?: string
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
  const path = toFilePath(model, 'model', 'a path, a file: URL or a Uint8Array with the bytes of the file')
  const { header, bytes, state } = await readHeader(path)
  return { content: path, name: path, format: checkModelHeader(header, bytes, path), bytes, state }
}

/**
 * Checks that a file is still the one whose beginning was read.
 *
 * @throws EdgeError `MODEL_INVALID`.
 */
export async function checkUnchanged({ content, name, state }: ModelSource): Promise<void> {
  if (typeof content !== 'string') return
  const now = await stat(content, { bigint: true }).then(stateOf, () => undefined)
  if (now === state) return
  throw new EdgeError('MODEL_INVALID', {
    summary: `the model ${name} changed while it was tried`,
    expected: 'the file that was tried',
    found: now === undefined ? 'no file any more' : 'another file, or another content',
    remedy: 'Open it again once nobody writes it.',
  })
}

/** The time of the last change of status is one that nobody can set. */
function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

async function readHeader(path: string): Promise<{ header: Uint8Array; bytes: number; state: string }> {
  const { handle, bytes } = await openFile(path, 'model')
  try {
    // Before anything is read: what changes from here on is seen.
    const state = stateOf(await handle.stat({ bigint: true }))
    const { bytesRead, buffer } = await handle.read(
      new Uint8Array(MODEL_HEADER_BYTES),
      0,
      MODEL_HEADER_BYTES,
      0,
    )
    return { header: buffer.subarray(0, bytesRead), bytes, state }
  } catch (cause) {
    throw new EdgeError('FILE_UNREADABLE', {
      summary: `the model ${path} cannot be read`,
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Check the disk, or copy the model again.',
      cause,
    })
  } finally {
    await handle.close()
  }
}
