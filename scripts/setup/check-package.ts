/**
 * Run by `prepack`: `tsx scripts/setup/check-package.ts PACKAGE`. A package whose file is missing or is not the one that
 * set-up fetched and checked must not be published.
 */
import { runAsProgram } from '../run-as-program.js'
import { checkModelAnswers } from './check-model.js'
import { displayPath } from './paths.js'
import { readPins } from './pins.js'
import { SetupError } from './setup-error.js'
import { sha256OfFile } from './sha256.js'
import { tfliteLibraryPath } from './tflite.js'

const remedy = 'Run `pnpm run setup`.'

async function checkLibrary(packageName: string, sha256: string): Promise<void> {
  const path = tfliteLibraryPath(packageName)
  const found = await sha256OfFile(path).catch(() => undefined)
  if (found === undefined) throw new SetupError(`${displayPath(path)} is missing. ${remedy}`)
  if (found !== sha256) {
    throw new SetupError(`${displayPath(path)} has SHA-256 ${found}; pinned is ${sha256}. ${remedy}`)
  }
}

/** Throws a SetupError unless the package's file is there and is the right one. */
export async function checkPackage(packageName: string): Promise<void> {
  const library = readPins().tflite.libraries.find((candidate) => candidate.package === packageName)
  if (library !== undefined) return checkLibrary(packageName, library.sha256)
  if (packageName === 'model-efficientnet-lite0') return checkModelAnswers()
  throw new SetupError(`No package "${packageName}" is known to this check.`)
}

runAsProgram(import.meta.url, () => checkPackage(process.argv[2] ?? ''))
