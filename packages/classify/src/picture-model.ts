import { EdgeError, pickOptions } from '@edge/errors'
import {
  PREPROCESSING_OPTIONS,
  type Preprocessing,
  type PreprocessingOptions,
  resolvePreprocessing,
} from '@edge/image'
import { type ManifestFile, type ManifestSearch, readManifest, searchManifest } from '@edge/model'
import type { ModelLike, TensorInfo } from '@edge/runtime'
import { findMetadata, type MetadataFinding, metadataInput } from './metadata.js'
import type { ModelContent } from './model-content.js'
import type { PictureModelOptions } from './options.js'

/** What is known of a model that takes pictures, beside the model itself. */
export interface PictureModel {
  readonly preprocessing: Preprocessing
  readonly manifest: ManifestFile | undefined
  /** Reads TFLite Metadata, once. */
  readonly metadata: () => Promise<MetadataFinding>
  /** What may not be as it was meant, in sentences for people. */
  readonly warnings: readonly string[]
}

/** The model, as far as it is known once a session is open. */
export interface OpenedModel {
  readonly content: ModelContent
  /** The format that the file's first bytes tell. */
  readonly format: string
  readonly inputs: readonly TensorInfo[]
}

/**
 * Finds out how a model's input is made from a picture: from the options, the preset, the manifest, and TFLite Metadata, in this order.
 *
 * @throws EdgeError `MODEL_UNSUPPORTED`, `MANIFEST_INVALID`, `DTYPE_MISMATCH`, `SHAPE_MISMATCH`, `INVALID_ARGUMENT`, `FILE_NOT_FOUND`,
 *   `FILE_UNREADABLE`.
 */
export async function describePictureModel(
  { content, format, inputs }: OpenedModel,
  options: PictureModelOptions,
): Promise<PictureModel> {
  const { found: file, warning } = await manifestOf(content.source, options.manifest)
  const warnings = warning === undefined ? [] : [warning]
  let finding: Promise<MetadataFinding> | undefined
  const metadata = () => {
    finding ??= findMetadata(content, format).then((result) => {
      if (result.warning !== undefined) warnings.push(result.warning)
      return result
    })
    return finding
  }
  const tensor = pictureInput(inputs)
  let input = file?.manifest.input
  // Where one of the others states it, the metadata need not be read.
  const stated = options.mean !== undefined || options.preset !== undefined || input?.mean !== undefined
  if (!stated && tensor.dtype !== 'uint8') {
    const described = metadataInput(await metadata(), tensor.dtype)
    input = { ...input, ...described.input }
    if (described.warning !== undefined) warnings.push(described.warning)
  }
  const given = pickOptions<PreprocessingOptions>(options, PREPROCESSING_OPTIONS)
  return { preprocessing: resolvePreprocessing(tensor, given, input), manifest: file, metadata, warnings }
}

function pictureInput([input, other]: readonly TensorInfo[]): TensorInfo {
  if (input !== undefined && other === undefined) return input
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the model does not take one picture',
    expected: 'one input',
    found: input === undefined ? 'none' : 'several',
    remedy: 'Use an image classification model, or run this one with Session.',
  })
}

async function manifestOf(
  model: ModelLike,
  manifest: string | URL | false | undefined,
): Promise<ManifestSearch> {
  if (manifest === false) return {}
  if (manifest !== undefined) return { found: await readManifest(manifest) }
  return model instanceof Uint8Array ? {} : await searchManifest(model)
}
