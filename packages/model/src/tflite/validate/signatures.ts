import type { TfliteModel, TfliteTable } from '../model.js'
import type { Place } from './place.js'

/** How many indices an error lists. */
const SHOWN = 20

/**
 * Checks that signatures name tensors that are inputs and outputs of a graph that there is, and have a name for each: TensorFlow Lite
 * counts those of the graph, and then asks for as many names.
 */
export function checkSignatures(model: TfliteModel, root: Place): void {
  const keys = new Set<string>()
  // Several signatures may name one graph.
  const known = new Map<Int32Array, ReadonlySet<number>>()
  const among = (tensors: Int32Array): ReadonlySet<number> => {
    const indices = known.get(tensors) ?? new Set(tensors)
    known.set(tensors, indices)
    return indices
  }
  model.signatureDefs?.forEach((signature, at) => {
    const place = (): Place => root.in(`signature ${at} (${signature.signatureKey ?? 'without a key'})`)
    const { signatureKey: key, subgraphIndex } = signature
    if (key === undefined) throw place().error('its key', 'a name', 'none')
    if (keys.has(key)) throw place().error('its key', 'one that no other signature has', key)
    keys.add(key)
    const graph = model.subgraphs?.[subgraphIndex]
    if (graph === undefined) {
      throw place().error('its subgraph_index', `below ${model.subgraphs?.length ?? 0}`, subgraphIndex)
    }
    checkMaps(signature.inputs, graph.inputs, among, 'input', place)
    checkMaps(signature.outputs, graph.outputs, among, 'output', place)
  })
}

const NONE = new Int32Array(0)

function checkMaps(
  maps: readonly TfliteTable<'TensorMap'>[] | undefined,
  tensors: Int32Array | undefined = NONE,
  among: (tensors: Int32Array) => ReadonlySet<number>,
  what: string,
  place: () => Place,
): void {
  const indices = among(tensors)
  for (const { name, tensorIndex } of maps ?? []) {
    if (name === undefined) throw place().error(`the name of an ${what}`, 'a name', 'none')
    if (!indices.has(tensorIndex)) {
      throw place().error(`its ${what} "${name}"`, `one of the graph's: ${list(tensors)}`, tensorIndex)
    }
  }
  const count = new Set(maps?.map(({ name }) => name)).size
  if (count < tensors.length) {
    throw place().error(`its ${what}s`, `${tensors.length} names, as many as the graph has`, count)
  }
}

function list(tensors: Int32Array): string {
  if (tensors.length === 0) return 'none'
  return `${tensors.subarray(0, SHOWN).join(', ')}${tensors.length > SHOWN ? ' …' : ''}`
}
