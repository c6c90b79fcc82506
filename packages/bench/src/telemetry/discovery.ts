import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Names in a directory in natural order (`hwmon2` before `hwmon10`); none where it cannot be read. */
export async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** Paths of those entries of a directory that fit a pattern. */
export async function entriesOf(directory: string, pattern: RegExp): Promise<string[]> {
  return (await namesIn(directory)).filter((name) => pattern.test(name)).map((name) => join(directory, name))
}

/** A small file's text without white space around it and NULs, which end strings of a device tree; undefined where it cannot be read. */
export async function textOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text?.replaceAll('\0', ' ').trim()
}

/** Numbers of a kernel's list: `0-3,6` is 0, 1, 2, 3 and 6; so is `0 1 2 3 6`. */
export function numbersOfList(text: string): number[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => /^\d+(-\d+)?$/.test(part))
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number)
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
    })
}

/** A name that none of `taken` has: the second "acpitz" is "acpitz 2". Adds it. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  for (let count = 2; taken.has(unique); count += 1) unique = `${name} ${count}`
  taken.add(unique)
  return unique
}
