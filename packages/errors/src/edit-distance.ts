/**
 * Levenshtein's distance of two texts: how many letters to put in, take out or replace. For messages that name what someone may have
 * meant; it takes the product of the lengths, so shorten names that come from a file.
 *
 * https://en.wikipedia.org/wiki/Levenshtein_distance, with two rows of the matrix.
 *
 * @example
 * ```ts
 * editDistance('expresso', 'espresso') // 1
 * ```
 */
export function editDistance(a: string, b: string): number {
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
