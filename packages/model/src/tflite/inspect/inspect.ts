import { checkModel } from '../../arguments.js'
import type { ModelInspection, OperatorCount, SignatureSummary, TensorSummary } from '../../inspection.js'
import { dtypeOf } from '../dtypes.js'
import type { TfliteModel, TfliteOperator, TfliteSubGraph, TfliteTable, TfliteTensor } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import { sum, summarizeGraph } from './layers.js'

/** Name of the metadata that holds TFLite Metadata. */
const TFLITE_METADATA = 'TFLITE_METADATA'
/** Longer metadata is not shown, and binary metadata neither. */
const MAX_TEXT = 200

/** What {@link inspectTflite} reports beside what there is to say of every format. */
export interface TfliteInspection extends ModelInspection {
  /** The file's format. */
  readonly format: 'tflite'
  /** Named ways to call the model. */
  readonly signatures: readonly SignatureSummary[]
  /** All graphs; the first is the one that runs, others belong to IF, WHILE and the like, or to further signatures. */
  readonly subgraphs: readonly SubGraphSummary[]
  /** Whether the file holds TFLite Metadata: names, normalization, labels. See `readMetadata`. */
  readonly hasTfliteMetadata: boolean
}

/** One graph of a model. */
export interface SubGraphSummary {
  /** As the file calls it. */
  readonly name: string
  /** Its inputs, in its order. */
  readonly inputs: readonly TensorSummary[]
  /** Its outputs, in its order. */
  readonly outputs: readonly TensorSummary[]
  /** Number of operators. */
  readonly operators: number
  /** Number of tensors, constants included. */
  readonly tensors: number
}

/**
 * Tells what a model consists of: inputs, outputs, operators, layers, parameters, multiply-accumulates, sparsity, signatures and
 * metadata. Everything is plain data that `JSON.stringify` takes.
 *
 * Inputs and outputs are those of the first graph; operators, layers, parameters and multiply-accumulates are of all graphs, each
 * counted once.
 *
 * @example
 * ```ts
 * const { parameters, macs, layers } = inspectTflite(readTflite(bytes))
 * ```
 */
export function inspectTflite(model: TfliteModel): TfliteInspection {
  checkModel(model, 'subgraphs', 'readTflite')
  const graphs = model.subgraphs ?? []
  const counted = new Set<Uint8Array>()
  const summaries = graphs.map((graph) => summarizeGraph(model, graph, counted))
  const weights = sum(summaries.map((summary) => summary.weights))
  const subgraphs = graphs.map((graph) => ({
    name: graph.name ?? '',
    inputs: summarizeTensors(graph, graph.inputs),
    outputs: summarizeTensors(graph, graph.outputs),
    operators: graph.operators?.length ?? 0,
    tensors: graph.tensors?.length ?? 0,
  }))
  const macs = summaries.reduce<number | null>(
    (total, summary) => (total === null || summary.macs === null ? null : total + summary.macs),
    0,
  )
  return {
    format: 'tflite',
    version: model.version,
    ...(model.description !== undefined && { description: model.description }),
    inputs: subgraphs[0]?.inputs ?? [],
    outputs: subgraphs[0]?.outputs ?? [],
    operators: countOperators(model, graphs),
    parameters: weights.elements,
    macs,
    weightBytes: weights.bytes,
    zeroWeights: weights.elements === 0 ? 0 : weights.zeros / weights.elements,
    layers: summaries.flatMap((summary) => summary.layers),
    signatures: summarizeSignatures(model),
    metadata: summarizeMetadata(model),
    subgraphs,
    hasTfliteMetadata: model.metadata?.some(({ name }) => name === TFLITE_METADATA) ?? false,
  }
}

function summarizeTensors(
  { tensors }: TfliteSubGraph,
  indices: Int32Array | undefined,
): readonly TensorSummary[] {
  const known = new Map<number, TensorSummary>()
  return Array.from(indices ?? []).flatMap((index) => {
    const tensor = tensors?.[index]
    if (tensor === undefined) return []
    // One tensor may be many outputs.
    const summary = known.get(index) ?? summarizeTensor(tensor)
    known.set(index, summary)
    return [summary]
  })
}

function summarizeTensor(tensor: TfliteTensor): TensorSummary {
  const { shape = new Int32Array(0), shapeSignature, quantization } = tensor
  const scale = Array.from(quantization?.scale ?? [])
  return {
    name: tensor.name ?? '',
    dtype: dtypeOf(tensor.type)?.name ?? `type ${tensor.type}`,
    shape: Array.from(shape, (size, at) => (shapeSignature?.[at] === -1 ? '?' : size)),
    ...(scale.length > 0 && {
      quantization: {
        scale,
        zeroPoint: Array.from(quantization?.zeroPoint ?? [], Number),
        ...(scale.length > 1 && { axis: quantization?.quantizedDimension ?? 0 }),
      },
    }),
  }
}

function countOperators(model: TfliteModel, graphs: readonly TfliteSubGraph[]): readonly OperatorCount[] {
  // By code first: its name may be long, and stands for many operators.
  const uses = new Map<number, { readonly operator: TfliteOperator; count: number }>()
  for (const { operators = [] } of graphs) {
    for (const operator of operators) {
      const use = uses.get(operator.opcodeIndex)
      if (use === undefined) uses.set(operator.opcodeIndex, { operator, count: 1 })
      else use.count += 1
    }
  }
  const counts = new Map<string, Map<number, OperatorCount>>()
  for (const { operator, count } of uses.values()) {
    const kind = operatorKind(model, operator)
    if (kind === undefined) continue
    const { name, version } = kind
    const versions = counts.get(name) ?? new Map<number, OperatorCount>()
    counts.set(name, versions)
    versions.set(version, { name, version, count: (versions.get(version)?.count ?? 0) + count })
  }
  return [...counts.values()]
    .flatMap((versions) => [...versions.values()])
    .sort((a, b) => b.count - a.count || compare(a.name, b.name) || a.version - b.version)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function summarizeSignatures({
  signatureDefs = [],
  subgraphs = [],
}: TfliteModel): readonly SignatureSummary[] {
  return signatureDefs.map(({ signatureKey, inputs, outputs, subgraphIndex }) => {
    const names = (maps: readonly TfliteTable<'TensorMap'>[] = []): Record<string, string> =>
      Object.fromEntries(
        maps.map(({ name, tensorIndex }) => [
          name ?? '',
          subgraphs[subgraphIndex]?.tensors?.[tensorIndex]?.name ?? '',
        ]),
      )
    return { name: signatureKey ?? '', inputs: names(inputs), outputs: names(outputs) }
  })
}

const NO_DATA = new Uint8Array(0)

function summarizeMetadata({ metadata = [], buffers = [] }: TfliteModel): Readonly<Record<string, string>> {
  // Several entries may have the same data.
  const shown = new Map<Uint8Array, string>()
  return Object.fromEntries(
    metadata.map(({ name, buffer }) => {
      const data = buffers[buffer]?.data ?? NO_DATA
      const text = shown.get(data) ?? showMetadata(data)
      shown.set(data, text)
      return [name ?? '', text]
    }),
  )
}

/** Text, such as the least version of the runtime, without the zeros that pad it; otherwise only how long it is. */
function showMetadata(data: Uint8Array): string {
  const end = data.findLastIndex((byte) => byte !== 0) + 1
  const printable = end <= MAX_TEXT && data.subarray(0, end).every((byte) => byte >= 0x20 && byte < 0x7f)
  return printable ? Buffer.from(data.subarray(0, end)).toString('latin1') : `${data.length} bytes`
}
