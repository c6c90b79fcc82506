import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './paths.js'

/** Runs `work` with an empty directory that is removed afterwards; inside the cache, so that renames stay on one disk. */
export async function inWorkDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const parent = join(cacheDirectory, 'tmp')
  await mkdir(parent, { recursive: true })
  const directory = await mkdtemp(join(parent, 'step-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
