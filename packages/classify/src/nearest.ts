import { editDistance } from '@edge/errors'

// Longer names are compared by their beginning: the time is the product of the lengths.
const MOST_LETTERS = 80

/**
 * The names that are most like one that does not exist, for messages.
 *
 * Capitals do not count; a name that contains the other is near. What is left is ranked by Levenshtein's distance, of insertions,
 * deletions and replacements of letters, and passed over where more than half of the letters differ.
 *
 * @param most - how many to return.
 */
export function nearest(name: string, names: Iterable<string>, most: number): readonly string[] {
  const wanted = shape(name)
  const ranked: { readonly name: string; readonly distance: number }[] = []
  for (const candidate of new Set(names)) {
    const letters = shape(candidate)
    const distance = wanted !== '' && letters.includes(wanted) ? 0 : editDistance(wanted, letters)
    if (distance <= Math.max(wanted.length, letters.length) / 2) ranked.push({ name: candidate, distance })
  }
  ranked.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
  return ranked.slice(0, most).map(({ name: near }) => near)
}

function shape(name: string): string {
  return name.toLowerCase().slice(0, MOST_LETTERS)
}
