import type { LayerSummary } from '../../inspection.js'
import { constantBytes } from '../constants.js'
import type { TfliteModel, TfliteSubGraph } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import { macsOf } from './macs.js'
import { measureWeights, type Weights } from './weights.js'

/** The layers of a graph, and what its weights amount to; weights that no operator uses are in no layer. */
export interface GraphSummary {
  readonly layers: readonly LayerSummary[]
  readonly macs: number | null
  readonly weights: Weights
}

/**
 * Goes through a graph once. Weights that reach an operator through DEQUANTIZE or DENSIFY, as half-precision and sparse ones do, belong to
 * that operator; weights that several operators share belong to the first.
 *
 * @param counted - data that have been counted, in other graphs too; this graph's are added.
 */
export function summarizeGraph(
  model: TfliteModel,
  graph: TfliteSubGraph,
  counted: Set<Uint8Array>,
): GraphSummary {
  const { tensors = [], operators = [] } = graph
  const passed = new Map<number, readonly Weights[]>()
  const layers: LayerSummary[] = []
  const all: Weights[] = []
  let macs: number | null = 0
  const take = (index: number): readonly Weights[] => {
    const through = passed.get(index)
    if (through !== undefined) {
      passed.delete(index)
      return through
    }
    const tensor = tensors[index]
    const data = tensor === undefined ? undefined : constantBytes(model, tensor)
    if (tensor === undefined || data === undefined || counted.has(data)) return []
    const weights = measureWeights(tensor, data)
    if (weights === undefined) return []
    counted.add(data)
    all.push(weights)
    return [weights]
  }
  for (const operator of operators) {
    const kind = operatorKind(model, operator)
    if (kind === undefined) continue
    const weights = Array.from(operator.inputs ?? []).flatMap(take)
    const output = operator.outputs?.[0] ?? -1
    if (kind.builtin === 'DEQUANTIZE' || kind.builtin === 'DENSIFY') {
      if (weights.length > 0) passed.set(output, weights)
      continue
    }
    const own = macsOf(kind, operator, graph)
    macs = macs === null || own === null ? null : macs + own
    const { elements, bytes } = sum(weights)
    if (elements === 0 && own === 0) continue
    layers.push({
      name: tensors[output]?.name ?? '',
      operator: kind.name,
      parameters: elements,
      bytes,
      macs: own,
    })
  }
  return { layers, macs, weights: sum(all) }
}

/** Adds up weights. */
export function sum(weights: readonly Weights[]): Weights {
  let [elements, bytes, zeros] = [0, 0, 0]
  for (const each of weights) {
    elements += each.elements
    bytes += each.bytes
    zeros += each.zeros
  }
  return { elements, bytes, zeros }
}
