import type { TfliteModel, TfliteTable } from '../model.js'
import type { Place } from './place.js'

/**
 * Checks that signatures name tensors that are inputs and outputs of a graph that there is, and have a name for each: TensorFlow Lite
 * counts those of the graph, and then asks for as many names.
 */
export function checkSignatures(model: TfliteModel, root: Place): void {
  const keys = new Set<string>()
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
    checkMaps(signature.inputs, graph.inputs, 'input', place)
    checkMaps(signature.outputs, graph.outputs, 'output', place)
  })
}

function checkMaps(
  maps: readonly TfliteTable<'TensorMap'>[] | undefined,
  tensors: Int32Array | undefined,
  what: string,
  place: () => Place,
): void {
  for (const { name, tensorIndex } of maps ?? []) {
    if (name === undefined) throw place().error(`the name of an ${what}`, 'a name', 'none')
    if (!tensors?.includes(tensorIndex)) {
      throw place().error(
        `its ${what} "${name}"`,
        `one of the graph's: ${tensors?.join(', ') ?? 'none'}`,
        tensorIndex,
      )
    }
  }
  const count = new Set(maps?.map(({ name }) => name)).size
  if (count < (tensors?.length ?? 0)) {
    throw place().error(`its ${what}s`, `${tensors?.length ?? 0} names, as many as the graph has`, count)
  }
}
