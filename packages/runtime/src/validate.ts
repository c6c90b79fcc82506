import { readFileBounded } from '@edge/model'
import type { ModelSource } from './model-source.js'

// What Node can read into one buffer, and what a FlatBuffer or a protocol buffer can hold, is less than this.
const MOST_BYTES = 2 ** 31

/**
 * Checks a model's structure before a vendor's library sees it: such libraries take much of what a file says for granted.
 *
 * A file is read whole for that, and its bytes are dropped again; the library maps the file.
 *
 * @throws EdgeError `MODEL_INVALID`, naming the place; `FILE_UNREADABLE`.
 */
export async function validateModel(source: ModelSource): Promise<void> {
  if (source.format === 'tflite') {
    // Imported here: an application that turns validation off, or has no such model, does not pay for the reader. A thread of libuv's
    // reads the file meanwhile.
    const [content, { validateTflite }] = await Promise.all([
      contentOf(source),
      import('@edge/model/tflite/validate'),
    ])
    validateTflite(content, { source: source.name })
  } else {
    await validateOnnxSource(source)
  }
}

async function validateOnnxSource(source: ModelSource): Promise<void> {
  const { externalFileSizes, readOnnx, readOnnxFile, validateOnnx } = await import('@edge/model/onnx')
  if (typeof source.content === 'string') {
    const { model, directory } = await readOnnxFile(source.content)
    validateOnnx(model, { externalFileBytes: await externalFileSizes(model, directory) })
  } else {
    validateOnnx(readOnnx(source.content, source.name))
  }
}

async function contentOf({ content }: ModelSource): Promise<Uint8Array> {
  if (typeof content !== 'string') return content
  return await readFileBounded(content, { what: 'model', maxBytes: MOST_BYTES, tooLarge: 'MODEL_INVALID' })
}
