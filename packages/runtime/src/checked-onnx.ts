import { join } from 'node:path'
import { EdgeError } from '@edge/errors'

/** An ONNX model whose structure was checked, as a vendor's library gets it. */
export interface CheckedOnnx {
  /** Exactly the bytes that were checked: by the time that somebody reads the file again, it could be another one. */
  readonly bytes: Uint8Array
  /** Where its external data are; undefined where it has none. */
  readonly externalDirectory: string | undefined
  /** Paths of the files that hold them, each once. */
  readonly externalFiles: readonly string[]
}

/**
 * Reads a model and checks its structure.
 *
 * @param content - a path, or the file's bytes.
 * @param validate - whether more than its encoding, and where its external data are, is checked.
 * @throws EdgeError `MODEL_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `MODEL_UNSUPPORTED` for bytes with external data.
 */
export async function checkedOnnx(
  content: string | Uint8Array,
  name: string,
  validate: boolean,
): Promise<CheckedOnnx> {
  const { externalFileSizes, externalLocations, readOnnx, readOnnxFile, validateOnnx } = await import(
    '@edge/model/onnx'
  )
  if (typeof content === 'string') {
    const { content: bytes, directory, model } = await readOnnxFile(content)
    const externalFileBytes = await externalFileSizes(model, directory)
    if (validate) validateOnnx(model, { externalFileBytes })
    const externalFiles = [...externalFileBytes.keys()].map((location) => join(directory, location))
    return { bytes, externalDirectory: externalFiles.length > 0 ? directory : undefined, externalFiles }
  }
  const model = readOnnx(content, name)
  const [location] = externalLocations(model)
  // The library would look for the file in the working directory.
  if (location !== undefined) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `the model ${name} has data in another file, and bytes have no directory`,
      expected: 'a path, or a model without external data',
      found: `data in ${location}`,
      remedy: 'Open the model by its path, or load the data into it: loadExternalData() of @edge/model/onnx.',
    })
  }
  if (validate) validateOnnx(model)
  return { bytes: content, externalDirectory: undefined, externalFiles: [] }
}
