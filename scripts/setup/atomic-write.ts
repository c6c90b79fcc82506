import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Fills a temporary file beside `path` and renames it, so that no reader ever sees half a file. */
async function replaceFile(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await fill(temporary)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Writes text to `path` in one step. */
export function writeFileAtomically(path: string, text: string): Promise<void> {
  return replaceFile(path, (temporary) => writeFile(temporary, text))
}

/** Copies `source` to `path` in one step. */
export function copyFileAtomically(source: string, path: string): Promise<void> {
  return replaceFile(path, (temporary) => copyFile(source, temporary))
}
