import type { LayerSummary } from '../../inspection.js'
import type { GraphProto, NodeProto } from '../schema.js'
import type { GraphFacts } from './facts.js'
import { macsOf, multiplies } from './macs.js'
import { measureWeights, type Weights } from './weights.js'

/** What a graph's nodes amount to. */
export interface GraphSummary {
  readonly layers: readonly LayerSummary[]
  readonly macs: number | null
  readonly weights: Weights
}

// What a constant may pass through on its way to the node that it belongs to.
const PASSED_ON: ReadonlySet<string> = new Set(['Cast', 'DequantizeLinear', 'Identity', 'Transpose'])

/**
 * Goes through a graph's nodes once. Weights that reach a node through `DequantizeLinear`, `Transpose`, `Cast` or `Identity`
 * belong to that node; weights that several nodes share belong to the first.
 */
export function summarizeGraph(graph: GraphProto, facts: GraphFacts): GraphSummary {
  const counted = new Set<string>()
  const passed = new Map<string, Weights>()
  const layers: LayerSummary[] = []
  let macs: number | null = 0
  let total: Weights = { elements: 0, bytes: 0, zeros: 0 }
  for (const node of graph.node) {
    const own = sum(node.input.map((name, index) => take(node, name, index)))
    const [output = ''] = node.output
    if (PASSED_ON.has(node.opType ?? '') && own.elements > 0) {
      passed.set(output, own)
      continue
    }
    const multiplications = macsOf(node, facts)
    macs = macs === null || multiplications === null || hidesProducts(node) ? null : macs + multiplications
    if (own.elements === 0 && multiplications === 0) continue
    layers.push({
      name: node.name || output,
      operator: node.opType ?? '',
      parameters: own.elements,
      bytes: own.bytes,
      macs: multiplications,
    })
  }
  return { layers, macs, weights: total }

  function take(node: NodeProto, name: string, index: number): Weights {
    const through = passed.get(name)
    if (through !== undefined) {
      passed.delete(name)
      return through
    }
    const weights = counted.has(name) ? undefined : measureWeights(node, index, facts)
    if (weights === undefined) return { elements: 0, bytes: 0, zeros: 0 }
    counted.add(name)
    total = sum([total, weights])
    return weights
  }
}

/** Whether a node multiplies inside a subgraph, nobody knows how often. */
function hidesProducts(node: NodeProto): boolean {
  return node.attribute.some(({ g, graphs }) =>
    [...(g === undefined ? [] : [g]), ...graphs].some((graph) =>
      graph.node.some((inner) => multiplies(inner) || hidesProducts(inner)),
    ),
  )
}

function sum(all: readonly Weights[]): Weights {
  let [elements, bytes, zeros] = [0, 0, 0]
  for (const each of all) {
    elements += each.elements
    bytes += each.bytes
    zeros += each.zeros
  }
  return { elements, bytes, zeros }
}
