/** Parts of a version: major, minor, patch. */
type Version = readonly [number, number, number]

function parseVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10))
  return [major, minor, patch]
}

function isAtLeast(version: Version, least: Version): boolean {
  for (const [index, part] of version.entries()) {
    const other = least[index] ?? 0
    if (part !== other) return part > other
  }
  return true
}

/**
 * Whether a version is in a range of the two forms that `engines` uses, `^a.b.c` and `>=a.b.c`, joined by `||`.
 * A package for this would have to be installed before set-up can say that Node.js is too old to install it.
 */
export function isVersionInRange(version: string, range: string): boolean {
  const found = parseVersion(version)
  return range.split('||').some((part) => {
    const match = /^\s*(\^|>=)\s*([\d.]+)\s*$/.exec(part)
    if (match === null) throw new RangeError(`"${part.trim()}" is not a form this check knows`)
    const least = parseVersion(match[2] ?? '')
    return isAtLeast(found, least) && (match[1] === '>=' || found[0] === least[0])
  })
}
