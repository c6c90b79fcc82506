import { editDistance } from '@edge/errors'

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
  return editDistance(a, b)
}
