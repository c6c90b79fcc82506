import { checkInputOptions, type ManifestInput } from '@edge/model'
import type { ModelMetadata } from '@edge/model/tflite'
import type { ModelContent } from './model-content.js'

// The name under which a .tflite file has its metadata: https://ai.google.dev/edge/litert/models/metadata
const NAME = 'TFLITE_METADATA'

/** What TFLite Metadata says, or why it cannot be told. */
export interface MetadataFinding {
  readonly metadata?: ModelMetadata
  /** For people: metadata that cannot be read do not keep a model from being used. */
  readonly warning?: string
}

/**
 * Reads the TFLite Metadata inside a model.
 *
 * @param format - the model's; only .tflite files have metadata.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID` where the file itself cannot be read.
 */
export async function findMetadata(content: ModelContent, format: string): Promise<MetadataFinding> {
  if (format !== 'tflite') return {}
  const bytes = await content.bytes()
  const { buffer, byteOffset, byteLength } = bytes
  // A search through the bytes: most models have none, and their applications need no reader of .tflite files.
  if (!Buffer.from(buffer, byteOffset, byteLength).includes(NAME)) return {}
  const { readMetadata } = await import('@edge/model/tflite')
  try {
    const metadata = readMetadata(bytes)
    return metadata === undefined ? {} : { metadata }
  } catch (error) {
    return { warning: unusable(error) }
  }
}

/**
 * The normalization that metadata state for the model's first input.
 *
 * A uint8 tensor gets pixels as they are, whatever its metadata say: they state the normalization of the float model that the quantized one
 * was made from, and TensorFlow's Task Library passes over it, too.
 *
 * @param dtype - the input tensor's.
 */
export function metadataInput(
  { metadata }: MetadataFinding,
  dtype: string,
): { readonly input: Pick<ManifestInput, 'mean' | 'std'>; readonly warning?: string } {
  const normalization = metadata?.inputs[0]?.normalization
  if (normalization === undefined || dtype === 'uint8') return { input: {} }
  const { mean, std } = normalization
  try {
    return { input: checkInputOptions({ mean, std }) }
  } catch (error) {
    return { input: {}, warning: unusable(error) }
  }
}

function unusable(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `the TFLite Metadata inside the model are not used: ${reason}`
}
