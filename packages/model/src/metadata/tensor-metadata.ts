import { EdgeError } from '@edge/errors'
import type { TfliteSubGraph } from '../tflite/model.js'
import type { InputMetadata, ModelMetadata, OutputMetadata, TensorMetadata } from './metadata.js'
import { METADATA_SCHEMA } from './schema.js'
import { type MetadataTable, makeMetadataTable } from './table.js'

type Tensor = MetadataTable<'TensorMetadata'>
type SubGraph = MetadataTable<'SubGraphMetadata'>

const LABELS = METADATA_SCHEMA.enums.AssociatedFileType.values.indexOf('TENSOR_AXIS_LABELS')
const COLOR_SPACES = ['unknown', 'rgb', 'grayscale'] as const

/** Inputs and outputs of the first graph. */
export function tensorsOf(
  { subgraphMetadata }: MetadataTable<'ModelMetadata'>,
  files: ReadonlyMap<string, Uint8Array>,
): Pick<ModelMetadata, 'inputs' | 'outputs'> {
  const graph = subgraphMetadata?.[0]
  // Several outputs may name one file.
  const known = new Map<string, readonly string[]>()
  const labels = (name: string): readonly string[] | undefined => {
    const content = files.get(name)
    const lines = known.get(name) ?? (content === undefined ? undefined : linesOf(content))
    if (lines !== undefined) known.set(name, lines)
    return lines
  }
  return {
    inputs: (graph?.inputTensorMetadata ?? []).map(readInput),
    outputs: (graph?.outputTensorMetadata ?? []).map((tensor) => readOutput(tensor, labels)),
  }
}

function readTensor({ name, description, stats }: Tensor): TensorMetadata {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(stats?.min !== undefined &&
      stats.max !== undefined && { range: { min: [...stats.min], max: [...stats.max] } }),
  }
}

function readInput(tensor: Tensor): InputMetadata {
  const normalization = tensor.processUnits?.map(normalizationOf).find((unit) => unit !== undefined)
  const properties = tensor.content?.contentProperties
  const image = properties?.type === 'ImageProperties' ? properties.value : undefined
  const colorSpace = COLOR_SPACES[image?.colorSpace ?? 0]
  return {
    ...readTensor(tensor),
    ...(normalization?.mean !== undefined &&
      normalization.std !== undefined && {
        normalization: { mean: [...normalization.mean], std: [...normalization.std] },
      }),
    ...(colorSpace !== undefined && colorSpace !== 'unknown' && { colorSpace }),
  }
}

function normalizationOf({
  options,
}: MetadataTable<'ProcessUnit'>): MetadataTable<'NormalizationOptions'> | undefined {
  return options?.type === 'NormalizationOptions' ? options.value : undefined
}

function readOutput(
  tensor: Tensor,
  labelsIn: (file: string) => readonly string[] | undefined,
): OutputMetadata {
  const name = labelFileOf(tensor)
  const labels = name === undefined ? undefined : labelsIn(name)
  return { ...readTensor(tensor), ...(labels !== undefined && { labels }) }
}

/** Name of the file with the labels: where there are several, the one that is for no language in particular. */
function labelFileOf({ associatedFiles = [] }: Tensor): string | undefined {
  const labels = associatedFiles.filter(({ type }) => type === LABELS)
  return (labels.find(({ locale }) => locale === undefined) ?? labels[0])?.name
}

function linesOf(content: Uint8Array): readonly string[] {
  const lines = new TextDecoder().decode(content).split(/\r?\n/)
  // The last line may end with a line break, or not.
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** Puts what is new of inputs and outputs over what a graph's metadata says. */
export function mergeTensors(
  before: SubGraph,
  graph: TfliteSubGraph | undefined,
  { inputs, outputs }: Pick<ModelMetadata, 'inputs' | 'outputs'>,
): SubGraph {
  const labels = outputs.filter((output) => output.labels !== undefined).length
  return {
    ...before,
    inputTensorMetadata: merge(
      'inputs',
      before.inputTensorMetadata,
      graph?.inputs?.length ?? 0,
      inputs,
      mergeInput,
    ),
    outputTensorMetadata: merge(
      'outputs',
      before.outputTensorMetadata,
      graph?.outputs?.length ?? 0,
      outputs,
      (tensor, output, at) => mergeOutput(tensor, output, labels > 1 ? `labels_${at}.txt` : 'labels.txt'),
    ),
  }
}

function merge<T extends TensorMetadata>(
  what: string,
  before: readonly Tensor[] | undefined,
  count: number,
  entries: readonly T[],
  mergeOne: (tensor: Tensor, entry: T, at: number) => Tensor,
): readonly Tensor[] {
  if (entries.length > count) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `there is metadata for more ${what} than the model has`,
      expected: `at most ${count}`,
      found: String(entries.length),
    })
  }
  return Array.from({ length: Math.max(count, before?.length ?? 0) }, (_, at) => {
    const tensor = before?.[at] ?? makeMetadataTable('TensorMetadata', {})
    const entry = entries[at]
    return entry === undefined ? tensor : mergeOne(tensor, entry, at)
  })
}

function mergeTensor(tensor: Tensor, { name, description, range }: TensorMetadata): Tensor {
  return {
    ...tensor,
    name: name ?? tensor.name,
    description: description ?? tensor.description,
    stats:
      range === undefined
        ? tensor.stats
        : makeMetadataTable('Stats', {
            min: Float32Array.from(range.min),
            max: Float32Array.from(range.max),
          }),
  }
}

function mergeInput(tensor: Tensor, input: InputMetadata): Tensor {
  const merged = mergeTensor(tensor, input)
  const { normalization, colorSpace } = input
  return {
    ...merged,
    processUnits:
      normalization === undefined
        ? tensor.processUnits
        : [
            ...(tensor.processUnits ?? []).filter((unit) => normalizationOf(unit) === undefined),
            normalizationUnit(normalization),
          ],
    content: colorSpace === undefined ? tensor.content : imageContent(tensor.content, colorSpace),
  }
}

function normalizationUnit({
  mean,
  std,
}: NonNullable<InputMetadata['normalization']>): MetadataTable<'ProcessUnit'> {
  const value = makeMetadataTable('NormalizationOptions', {
    mean: Float32Array.from(mean),
    std: Float32Array.from(std),
  })
  return makeMetadataTable('ProcessUnit', { options: { type: 'NormalizationOptions', value } })
}

function imageContent(
  before: Tensor['content'],
  colorSpace: NonNullable<InputMetadata['colorSpace']>,
): MetadataTable<'Content'> {
  const properties = before?.contentProperties
  const image = properties?.type === 'ImageProperties' ? properties.value : undefined
  const value = makeMetadataTable('ImageProperties', {
    ...image,
    colorSpace: COLOR_SPACES.indexOf(colorSpace),
  })
  return makeMetadataTable('Content', { ...before, contentProperties: { type: 'ImageProperties', value } })
}

function mergeOutput(tensor: Tensor, output: OutputMetadata, fallback: string): Tensor {
  const merged = mergeTensor(tensor, output)
  if (output.labels === undefined || labelFileOf(tensor) !== undefined) return merged
  const file = makeMetadataTable('AssociatedFile', { name: fallback, type: LABELS })
  return { ...merged, associatedFiles: [...(tensor.associatedFiles ?? []), file] }
}

/** Files with the labels of outputs, under the names that the metadata refers to. */
export function labelFiles(
  { subgraphMetadata }: MetadataTable<'ModelMetadata'>,
  outputs: readonly OutputMetadata[],
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  outputs.forEach(({ labels }, at) => {
    const tensor = subgraphMetadata?.[0]?.outputTensorMetadata?.[at]
    const name = tensor === undefined ? undefined : labelFileOf(tensor)
    if (labels === undefined || name === undefined) return
    files.set(name, new TextEncoder().encode(labels.join('\n')))
  })
  return files
}
