/** Longer names, and more of them, are not compared: it is for a message. */
const MAX_LENGTH = 120
const MAX_NAMES = 5000

/**
 * The names that come closest to one that there is not: those that contain it, or that it contains, before those that differ in the
 * fewest characters. Case does not count.
 *
 * @param count - how many at the most.
 */
export function nearestNames(name: string, names: readonly string[], count: number): readonly string[] {
  const wanted = name.slice(0, MAX_LENGTH).toLowerCase()
  return names
    .slice(0, MAX_NAMES)
    .filter((candidate) => candidate.length <= MAX_LENGTH)
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

function distance(a: string, b: string): number {
  // Parts of one another are as near as a typing error, whatever their lengths, and among them the one of about that length.
  if (a !== '' && b !== '' && (a.includes(b) || b.includes(a)))
    return Math.abs(a.length - b.length) / MAX_LENGTH
  return edits(a, b)
}

/** Levenshtein's distance: characters to put in, take out or replace. */
function edits(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (before[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      now.push(Math.min(replaced, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1))
    }
    before = now
  }
  return before[b.length] ?? 0
}
