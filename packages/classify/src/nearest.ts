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
    const distance = wanted !== '' && letters.includes(wanted) ? 0 : levenshtein(wanted, letters)
    if (distance <= Math.max(wanted.length, letters.length) / 2) ranked.push({ name: candidate, distance })
  }
  ranked.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
  return ranked.slice(0, most).map(({ name: near }) => near)
}

function shape(name: string): string {
  return name.toLowerCase().slice(0, MOST_LETTERS)
}

// https://en.wikipedia.org/wiki/Levenshtein_distance, with two rows of the matrix.
function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
