import type { Layer } from './layers.js'

/** Layers of two variants that are the same one of the network. */
export interface LayerPair {
  /** Which of the first's layers, and which of the other's. */
  readonly first: number
  readonly other: number
  readonly by: 'name' | 'order'
}

/** A layer that has none to compare with in the other variant. */
export interface LonelyLayer {
  readonly layer: number
  readonly reason: string
}

/** Which layers of two variants belong together. */
export interface LayerMatch {
  /** In the order in which the first runs them. */
  readonly pairs: readonly LayerPair[]
  readonly onlyFirst: readonly LonelyLayer[]
  readonly onlyOther: readonly LonelyLayer[]
}

/**
 * Finds the layers that two variants of a model have in common: by a tensor's name where both have it once and in the same shape; the rest by
 * what they compute and the shape of the result, in their order. For the latter, only layers between the same two of those known by name are
 * compared, and only where both variants have equally many of a kind there: which of five layers is missing among four cannot be told.
 *
 * @param shapeOf - of a layer, so that those of different formats are alike; undefined for one that cannot be compared.
 */
export function matchLayers(
  first: readonly Layer[],
  other: readonly Layer[],
  shapeOf: {
    readonly first: (layer: Layer) => string | undefined
    readonly other: (layer: Layer) => string | undefined
  },
): LayerMatch {
  const shapes = { first: first.map(shapeOf.first), other: other.map(shapeOf.other) }
  const partner = byName(first, other, shapes)
  const pairs: LayerPair[] = [...partner].map(([at, its]) => ({ first: at, other: its, by: 'name' }))
  const onlyFirst: LonelyLayer[] = []
  const onlyOther: LonelyLayer[] = []
  const groups = {
    first: inGroups(first, shapes.first, (at) => (partner.has(at) ? at : undefined), onlyFirst),
    other: inGroups(other, shapes.other, inverse(partner), onlyOther),
  }
  for (const key of new Set([...groups.first.keys(), ...groups.other.keys()])) {
    const [ours, theirs] = [groups.first.get(key) ?? [], groups.other.get(key) ?? []]
    if (ours.length === theirs.length) {
      for (const [place, at] of ours.entries())
        pairs.push({ first: at, other: theirs[place] ?? 0, by: 'order' })
      continue
    }
    const reason = (here: number, there: number): string =>
      there === 0
        ? 'there is none of its kind and shape at this place'
        : `here are ${here} of its kind and shape, there ${there}: which belong together cannot be told`
    onlyFirst.push(...ours.map((layer) => ({ layer, reason: reason(ours.length, theirs.length) })))
    onlyOther.push(...theirs.map((layer) => ({ layer, reason: reason(theirs.length, ours.length) })))
  }
  const inOrder = (one: LonelyLayer, two: LonelyLayer): number => one.layer - two.layer
  return {
    pairs: pairs.sort((one, two) => one.first - two.first),
    onlyFirst: onlyFirst.sort(inOrder),
    onlyOther: onlyOther.sort(inOrder),
  }
}

type Shapes = readonly (string | undefined)[]

/** Of each of the first's layers that the other knows by name, which of the other's it is. */
function byName(
  first: readonly Layer[],
  other: readonly Layer[],
  shapes: { readonly first: Shapes; readonly other: Shapes },
): Map<number, number> {
  const [ours, theirs] = [layersByName(first), layersByName(other)]
  const partner = new Map<number, number>()
  const taken = new Set<number>()
  for (const [at, { names }] of first.entries()) {
    // The end of the layer first: there the values are the final ones.
    for (const name of names.toReversed()) {
      const its = theirs.get(name)
      if (its === undefined || ours.get(name) !== at || taken.has(its)) continue
      if (shapes.first[at] === undefined || shapes.first[at] !== shapes.other[its]) continue
      partner.set(at, its)
      taken.add(its)
      break
    }
  }
  return partner
}

/** Names that one layer has. */
function layersByName(layers: readonly Layer[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const twice = new Set<string>()
  for (const [at, { names }] of layers.entries()) {
    for (const name of new Set(names)) {
      if (found.has(name)) twice.add(name)
      found.set(name, at)
    }
  }
  for (const name of twice) found.delete(name)
  return found
}

function inverse(partner: ReadonlyMap<number, number>): (other: number) => number | undefined {
  const back = new Map([...partner].map(([first, other]) => [other, first]))
  return (other) => back.get(other)
}

/**
 * Layers without a partner, by what they compute, their shape, and the last layer before them that has one.
 *
 * @param anchor - of a layer with a partner, a number that both variants have for the two.
 * @param lonely - gets those whose shape is not known, which are in no group.
 */
function inGroups(
  layers: readonly Layer[],
  shapes: Shapes,
  anchor: (layer: number) => number | undefined,
  lonely: LonelyLayer[],
): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  let last = -1
  for (const [at, { kind }] of layers.entries()) {
    const here = anchor(at)
    if (here !== undefined) {
      last = here
      continue
    }
    const shape = shapes[at]
    if (shape === undefined) {
      lonely.push({
        layer: at,
        reason: 'its result has no shape that is known beforehand, or holds no real numbers',
      })
      continue
    }
    const key = `${last} ${kind} ${shape}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [at])
    else group.push(at)
  }
  return groups
}
