import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validateTflite } from '@edge/model/tflite'
import { tinyModelsDirectory } from '../../scripts/setup/test-models.js'
import type { Seed } from './mutants.js'
import { writtenSeeds } from './seeds/written.js'

const MOST_BYTES = 10 * 1024

/**
 * The models that mutants are made of, none larger than 10 KB: those that set-up makes for tests of the runtime, those written here for
 * operators that the former lack, and what lies in `directories`.
 */
export function loadSeeds(directories: readonly string[] = []): readonly Seed[] {
  const files = [tinyModelsDirectory, ...directories].flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.tflite'))
      .sort()
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(directory, name))) })),
  )
  return [...files, ...writtenSeeds()].filter(({ bytes }) => bytes.length <= MOST_BYTES && isValid(bytes))
}

/** Mutants of a model that is refused as it is would all be refused for the same reason. */
function isValid(bytes: Uint8Array): boolean {
  try {
    validateTflite(bytes)
    return true
  } catch {
    return false
  }
}
