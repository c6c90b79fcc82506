import { basename, extname } from 'node:path'

/**
 * Names for models: those of their files, with what tells the format where two are called alike, and with a number where that is the same
 * too.
 *
 * @param others - names that other models have.
 */
export function namedModels(
  paths: readonly string[],
  others: readonly string[] = [],
): { id: string; file: string }[] {
  const stems = paths.map((path) => identifier(basename(path, extname(path))))
  const taken = new Set(others)
  return paths.map((file, index) => {
    const stem = stems[index] ?? ''
    const formats = new Set(paths.filter((_, other) => stems[other] === stem).map((path) => extname(path)))
    const name = formats.size > 1 ? identifier(basename(file)) : stem
    let id = name
    for (let number = 2; taken.has(id); number += 1) id = `${name}-${number}`
    taken.add(id)
    return { id, file }
  })
}

/** Letters, digits and `._-`: it becomes part of file names. */
function identifier(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'model'
}
