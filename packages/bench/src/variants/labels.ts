import type { Classifier } from '@edge/classify'

/** Classes that two models call differently. */
export interface OtherLabels {
  /** How many there are, of all that both have a name for. */
  readonly count: number
  readonly of: number
  /** The first of them. */
  readonly example: { readonly index: number; readonly label: string; readonly ofFirst: string }
}

/** What of a classifier names classes. */
export type Naming = Pick<Classifier, 'classCount' | 'labels' | 'rank'>

/**
 * Compares what two models call their classes. Where that differs, the same index may mean something else, as where one has a class for the
 * background in front, and comparing answers by index says nothing.
 *
 * @returns undefined where all that both have a name for are called the same, but for letters' case and what parts words.
 */
export function otherLabels(first: Naming, other: Naming): OtherLabels | undefined {
  const names = labelsOf(first)
  const differing: { index: number; label: string; ofFirst: string }[] = []
  let of = 0
  for (const [index, label] of labelsOf(other)) {
    const ofFirst = names.get(index)
    if (ofFirst === undefined) continue
    of += 1
    if (plain(label) !== plain(ofFirst)) differing.push({ index, label, ofFirst })
  }
  const [example] = differing.sort((one, two) => one.index - two.index)
  return example && { count: differing.length, of, example }
}

/** By class, as `labelOffset` puts them; empty where classes have no names. */
function labelsOf(model: Naming): Map<number, string> {
  const { classCount, labels } = model
  if (labels === undefined) return new Map()
  const ranked = model.rank(new Float64Array(classCount), { topK: classCount })
  return new Map(ranked.map(({ index, label }) => [index, label]))
}

function plain(label: string): string {
  return label
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}
