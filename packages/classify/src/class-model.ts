import { pickOptions } from '@edge/errors'
import type { Preprocessing } from '@edge/image'
import { labelFile, type Manifest } from '@edge/model'
import type { TensorInfo } from '@edge/runtime'
import { type LabelMap, mapLabels } from './label-map.js'
import { checkMetadataLabels, type LabelSource, readLabels } from './labels.js'
import type { ClassifierOptions } from './options.js'
import { classOutput } from './output.js'
import { type OutputKind, settleOutputKind } from './output-kind.js'
import { describePictureModel, type OpenedModel, type PictureModel } from './picture-model.js'
import { ClassSelector, SELECTION_OPTIONS, type SelectionOptions } from './selection.js'

/** What is known of a model that tells classes apart, beside the model itself. */
export interface ClassModel {
  readonly preprocessing: Preprocessing
  readonly manifest: Manifest | undefined
  readonly warnings: readonly string[]
  readonly classCount: number
  readonly outputKind: OutputKind
  readonly labels: readonly string[] | undefined
  readonly label: LabelMap
  readonly selector: ClassSelector
}

/** A model that tells classes apart, as far as its tensors are known. */
export interface ClassTensors extends OpenedModel {
  readonly outputs: readonly TensorInfo[]
}

/**
 * Finds out how a model's input is made from a picture, what its classes are called, and whether its scores are probabilities.
 *
 * @throws EdgeError `MODEL_UNSUPPORTED`, `MANIFEST_INVALID`, `LABELS_INVALID`, `LABELS_MISMATCH`, `DTYPE_MISMATCH`, `SHAPE_MISMATCH`,
 *   `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function describeClassModel(
  model: ClassTensors,
  options: ClassifierOptions,
): Promise<ClassModel> {
  const { content, format, outputs } = model
  const described = await describePictureModel(model, options)
  const { preprocessing, warnings } = described
  const labels = await labelsOf(options.labels, described)
  const { tensor, classCount } = classOutput(outputs)
  const label = mapLabels(labels, classCount, options.labelOffset ?? 0)
  const manifest = described.manifest?.manifest
  const stated = options.outputKind ?? manifest?.output?.kind
  const outputKind = await settleOutputKind(stated, { content, format, output: tensor })
  const selection = pickOptions<SelectionOptions>(options, SELECTION_OPTIONS)
  const selector = new ClassSelector(classCount, label, selection)
  return { preprocessing, manifest, warnings, classCount, outputKind, labels, label, selector }
}

async function labelsOf(
  option: LabelSource | undefined,
  { manifest: file, metadata }: PictureModel,
): Promise<readonly string[] | undefined> {
  const source = option ?? (file && (labelFile(file) ?? file.manifest.labels))
  if (source !== undefined) return await readLabels(source)
  const names = (await metadata()).metadata?.outputs[0]?.labels
  return names === undefined ? undefined : checkMetadataLabels(names)
}
