import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { checkModel } from '../../arguments.js'
import type { ModelInspection, OperatorCount, TensorSummary } from '../../inspection.js'
import { onnxDataType } from '../data-types.js'
import { domainOf, functionKey } from '../domains.js'
import type { GraphProto, ModelProto, NodeProto, TypeProto, ValueInfoProto } from '../schema.js'
import { inferShapes } from './infer-shapes.js'
import { summarizeGraph } from './layers.js'

/** What {@link inspectOnnx} is told. */
export interface OnnxInspectionOptions {
  /**
   * Sizes of dimensions that the model leaves open, by their names. Others count as 1 where they are an input's first, the batch;
   * where they are not, what depends on them is not known.
   */
  readonly dimensions?: Readonly<Record<string, number>>
}

const OPTIONS: NamesOf<OnnxInspectionOptions> = { dimensions: true }

/** What {@link inspectOnnx} reports beside what there is to say of every format. */
export interface OnnxInspection extends ModelInspection {
  /** The file's format. */
  readonly format: 'onnx'
  /** Versions of the operator sets that the model imports, by domain; ONNX's own is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>
  /** Operators that the model defines itself. */
  readonly functions: readonly string[]
}

/**
 * Tells what a model consists of: inputs, outputs, operators, layers, parameters, multiply-accumulates, sparsity and metadata. It is
 * plain data that `JSON.stringify` takes.
 *
 * Operators are counted in subgraphs and functions too, each once; layers, parameters and multiply-accumulates are of the main graph.
 * Where a function or a subgraph multiplies, `macs` is null.
 *
 * @throws EdgeError `INVALID_ARGUMENT` where the model's external data were not loaded: see {@link loadExternalData};
 *   `MODEL_INVALID` for one that {@link validateOnnx} refuses, as far as it is in the way.
 *
 * @example
 * ```ts
 * const { parameters, macs, layers } = inspectOnnx(readOnnx(bytes), { dimensions: { height: 224, width: 224 } })
 * ```
 */
export function inspectOnnx(model: ModelProto, options: OnnxInspectionOptions = {}): OnnxInspection {
  checkModel(model, 'opsetImport', 'readOnnx')
  checkOptionNames(options, OPTIONS, 'inspectOnnx')
  const { graph } = model
  if (graph === undefined) {
    throw new EdgeError('MODEL_INVALID', { summary: 'the ONNX model has no graph', expected: 'a graph' })
  }
  const dimensions = new Map(Object.entries(options.dimensions ?? {}))
  const facts = inferShapes(graph, (name, axis) => dimensions.get(name) ?? (axis === 0 ? 1 : undefined))
  const { layers, macs, weights } = summarizeGraph(graph, facts)
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const producer = [model.producerName, model.producerVersion].filter(Boolean).join(' ')
  return {
    format: 'onnx',
    ...(producer !== '' && { producer }),
    version: Number(model.irVersion ?? 0n),
    ...(model.docString !== undefined && model.docString !== '' && { description: model.docString }),
    // The first versions of the format list constants among the inputs.
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(summarizeValue),
    outputs: graph.output.map(summarizeValue),
    operators: countOperators(model, graph),
    parameters: weights.elements,
    macs: callsFunctions(model, graph) ? null : macs,
    weightBytes: weights.bytes,
    zeroWeights: weights.elements === 0 ? 0 : weights.zeros / weights.elements,
    layers,
    metadata: Object.fromEntries(model.metadataProps.map(({ key = '', value = '' }) => [key, value])),
    opsets: Object.fromEntries(
      model.opsetImport.map(({ domain, version }) => [domainOf(domain) || 'ai.onnx', Number(version ?? 0n)]),
    ),
    functions: model.functions.map(({ domain, name }) => [domain, name].filter(Boolean).join('.')),
  }
}

function summarizeValue({ name = '', type }: ValueInfoProto): TensorSummary {
  return { name, dtype: dtypeText(type), shape: shapeOf(type) }
}

function shapeOf(type: TypeProto | undefined): readonly (number | string)[] {
  const shape = (type?.tensorType ?? type?.sparseTensorType)?.shape
  return (shape?.dim ?? []).map(({ dimValue, dimParam }) => {
    if (dimValue !== undefined && dimValue >= 0n) return Number(dimValue)
    return dimParam === undefined || dimParam === '' ? '?' : dimParam
  })
}

/** `float32`; `sequence(float32)`, `optional(…)`, `map(int64, …)` for what is not a tensor. */
function dtypeText(type: TypeProto | undefined): string {
  const { tensorType, sparseTensorType, sequenceType, optionalType, mapType } = type ?? {}
  const name = (id: number | undefined): string => onnxDataType(id)?.name ?? 'unknown'
  if (tensorType !== undefined) return name(tensorType.elemType)
  if (sparseTensorType !== undefined) return `sparse(${name(sparseTensorType.elemType)})`
  if (sequenceType !== undefined) return `sequence(${dtypeText(sequenceType.elemType)})`
  if (optionalType !== undefined) return `optional(${dtypeText(optionalType.elemType)})`
  if (mapType !== undefined) return `map(${name(mapType.keyType)}, ${dtypeText(mapType.valueType)})`
  return 'unknown'
}

function countOperators(model: ModelProto, graph: GraphProto): readonly OperatorCount[] {
  const versions = new Map(
    model.opsetImport.map(({ domain, version }) => [domainOf(domain), Number(version ?? 0n)]),
  )
  const counts = new Map<string, OperatorCount>()
  const count = (nodes: readonly NodeProto[]): void => {
    for (const node of nodes) {
      const domain = domainOf(node.domain)
      const name = node.opType ?? ''
      const key = JSON.stringify([domain, name])
      const known = counts.get(key)
      counts.set(key, {
        name,
        ...(domain !== '' && { domain }),
        version: versions.get(domain) ?? 0,
        count: (known?.count ?? 0) + 1,
      })
      for (const { g, graphs } of node.attribute) {
        if (g !== undefined) count(g.node)
        for (const inner of graphs) count(inner.node)
      }
    }
  }
  count(graph.node)
  for (const { node } of model.functions) count(node)
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

function callsFunctions(model: ModelProto, graph: GraphProto): boolean {
  const functions = new Set(
    model.functions.map(({ domain, name, overload }) => functionKey(domain, name, overload)),
  )
  return graph.node.some((node) => functions.has(functionKey(node.domain, node.opType, node.overload)))
}
