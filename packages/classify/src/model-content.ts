import { readFileBounded, toFilePath } from '@edge/model'
import type { ModelLike } from '@edge/runtime'

// What a FlatBuffer or a protocol buffer can hold is less.
const MOST_BYTES = 2 ** 31

/** A model's bytes, read when they are first asked for, and once: most models have a manifest, and nobody asks. */
export class ModelContent {
  readonly source: ModelLike
  #bytes: Promise<Uint8Array> | undefined

  constructor(source: ModelLike) {
    this.source = source
  }

  /** @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID` for a file of more than 2 GiB. */
  bytes(): Promise<Uint8Array> {
    this.#bytes ??= read(this.source)
    return this.#bytes
  }
}

async function read(model: ModelLike): Promise<Uint8Array> {
  if (model instanceof Uint8Array) return model
  const path = toFilePath(model, 'model')
  return await readFileBounded(path, { what: 'model', maxBytes: MOST_BYTES, tooLarge: 'MODEL_INVALID' })
}
