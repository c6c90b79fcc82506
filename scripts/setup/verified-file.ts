import { copyFileAtomically } from './atomic-write.js'
import { displayPath } from './paths.js'
import { SetupError } from './setup-error.js'
import { sha256OfFile } from './sha256.js'

/** Puts a fetched file in its place, after its hash was found to be the pinned one. */
export async function placeVerified(source: string, target: string, sha256: string): Promise<void> {
  const found = await sha256OfFile(source)
  if (found !== sha256) {
    throw new SetupError(
      `${displayPath(target)}: the fetched file has SHA-256 ${found}, pinned is ${sha256}.`,
    )
  }
  await copyFileAtomically(source, target)
}
