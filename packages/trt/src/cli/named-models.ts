import { basename, extname } from 'node:path'

/** Names for models: those of their files, with a number where two are called alike. */
export function namedModels(paths: readonly string[]): { id: string; file: string }[] {
  const taken = new Set<string>()
  return paths.map((file) => {
    const stem =
      basename(file, extname(file))
        .replaceAll(/[^A-Za-z0-9._-]/g, '_')
        .replace(/^[^A-Za-z0-9]+/, '') || 'model'
    let id = stem
    for (let number = 2; taken.has(id); number += 1) id = `${stem}-${number}`
    taken.add(id)
    return { id, file }
  })
}
