import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSharedObject } from '../prebuilds/elf.js'
import { unpackArtifacts } from './maven.js'
import { repositoryRoot } from './paths.js'
import { readPins } from './pins.js'
import { SetupError } from './setup-error.js'
import type { Step } from './step.js'
import { placeVerified } from './verified-file.js'
import { inWorkDirectory } from './work-directory.js'

/** Where a platform package keeps its TFLite library. */
export function tfliteLibraryPath(packageFolder: string): string {
  return join(repositoryRoot, 'packages', 'platforms', packageFolder, 'lib', 'libtensorflowlite_c.so')
}

/** What stays of the libraries' RUNPATH: the other libraries beside it. */
const runpath = '$ORIGIN'

/**
 * The library without the directories of the machine that built it: its RUNPATH names them, and whoever can write to one of that name
 * would have their library loaded. They become NULs, so that nothing moves.
 */
export function withoutBuildPaths(library: Buffer): Buffer {
  const begin = library.indexOf(`${runpath}/:/`)
  const end = library.indexOf(0, begin)
  if (begin < 0 || end < 0 || library.indexOf(`${runpath}/:/`, end) >= 0) {
    throw new SetupError(`The library does not have exactly one RUNPATH that begins with ${runpath}/:`)
  }
  return Buffer.from(library).fill(0, begin + runpath.length, end)
}

async function fetchLibraries(): Promise<string> {
  const { tflite } = readPins()
  await inWorkDirectory(async (directory) => {
    await unpackArtifacts(
      tflite.libraries.map(({ classifier, member }) => ({
        artifact: tflite.artifact,
        classifier,
        members: [member],
        into: join(directory, classifier),
      })),
    )
    for (const library of tflite.libraries) {
      const source = join(directory, library.classifier, library.member)
      await writeFile(source, withoutBuildPaths(await readFile(source)))
      const { runpath: found } = await readSharedObject(source)
      if (found !== runpath)
        throw new SetupError(`${library.package} has the RUNPATH ${found}, not ${runpath}.`)
      await placeVerified(source, tfliteLibraryPath(library.package), library.sha256)
    }
  })
  return `${tflite.artifact} into ${tflite.libraries.map((library) => library.package).join(', ')}`
}

/** Puts the TFLite library of each processor into its platform package, without its builder's paths. */
export const tfliteStep: Step = {
  name: 'tflite',
  after: [],
  tools: ['maven', 'java', 'readelf'],
  plan: async () => {
    const { tflite } = readPins()
    return {
      key: [JSON.stringify(tflite)],
      inputs: [],
      outputs: tflite.libraries.map((library) => tfliteLibraryPath(library.package)),
    }
  },
  make: fetchLibraries,
}
