/**
 * A function of objects that is asked for each object once: what is one object in several places of a model stays one, and is gone
 * through once.
 */
export function shared<T extends object>(make: (from: T) => T): (from: T) => T {
  const made = new Map<T, T>()
  return (from) => {
    const known = made.get(from) ?? make(from)
    made.set(from, known)
    return known
  }
}

/** The same for a list and its entries; a list of which nothing changes stays the object that it is. */
export function sharedList<T extends object>(make: (from: T) => T): (from: readonly T[]) => readonly T[] {
  const one = shared(make)
  return shared((entries: readonly T[]) => {
    const changed = entries.map(one)
    return changed.every((entry, at) => entry === entries[at]) ? entries : changed
  })
}
