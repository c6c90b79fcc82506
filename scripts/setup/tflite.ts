import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSharedObject } from '../prebuilds/elf.js'
import { runCommand } from './command.js'
import { repositoryRoot } from './paths.js'
import { type LibraryPin, type Pins, readPins } from './pins.js'
import { SetupError } from './setup-error.js'
import type { Step } from './step.js'
import { placeVerified } from './verified-file.js'
import { inWorkDirectory } from './work-directory.js'

/** Where a platform package keeps its TFLite library. */
export function tfliteLibraryPath(packageFolder: string): string {
  return join(repositoryRoot, 'packages', 'platforms', packageFolder, 'lib', 'libtensorflowlite_c.so')
}

function splitCoordinates(coordinates: string): { group: string; artifact: string; version: string } {
  const [group, artifact, version, ...rest] = coordinates.split(':')
  if (group === undefined || artifact === undefined || version === undefined || rest.length > 0) {
    throw new SetupError(`"${coordinates}" is not group:artifact:version`)
  }
  return { group, artifact, version }
}

/** A project that does nothing but unpack the libraries, each into a directory named for its classifier. */
export function pomText(tflite: Pins['tflite'], into: string): string {
  const { group, artifact, version } = splitCoordinates(tflite.artifact)
  const plugin = splitCoordinates(tflite.unpackPlugin)
  const item = (library: LibraryPin): string => `
            <artifactItem>
              <groupId>${group}</groupId>
              <artifactId>${artifact}</artifactId>
              <version>${version}</version>
              <classifier>${library.classifier}</classifier>
              <includes>${library.member}</includes>
              <outputDirectory>${join(into, library.classifier)}</outputDirectory>
            </artifactItem>`
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>edge</groupId>
  <artifactId>native-runtimes</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <build>
    <plugins>
      <plugin>
        <groupId>${plugin.group}</groupId>
        <artifactId>${plugin.artifact}</artifactId>
        <version>${plugin.version}</version>
        <configuration>
          <artifactItems>${tflite.libraries.map(item).join('')}
          </artifactItems>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`
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
    // The pom lies in a fresh directory: the plugin's marker files would make a second unpack do nothing.
    await mkdir(join(directory, 'unpacked'))
    await writeFile(join(directory, 'pom.xml'), pomText(tflite, join(directory, 'unpacked')))
    await runCommand('mvn', ['--batch-mode', '--quiet', `${tflite.unpackPlugin}:unpack`], { cwd: directory })
    for (const library of tflite.libraries) {
      const source = join(directory, 'unpacked', library.classifier, library.member)
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
