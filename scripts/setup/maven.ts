import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.js'
import { readPins } from './pins.js'
import { SetupError } from './setup-error.js'
import { inWorkDirectory } from './work-directory.js'

/** What is taken out of a Maven artifact. */
export interface ArtifactMembers {
  /** group:artifact:version */
  readonly artifact: string
  readonly classifier: string
  readonly members: readonly string[]
  /** The folder they are unpacked into, with the paths that they have in the artifact. */
  readonly into: string
}

function splitCoordinates(coordinates: string): { group: string; artifact: string; version: string } {
  const [group, artifact, version, ...rest] = coordinates.split(':')
  if (group === undefined || artifact === undefined || version === undefined || rest.length > 0) {
    throw new SetupError(`"${coordinates}" is not group:artifact:version`)
  }
  return { group, artifact, version }
}

/** A project that does nothing but unpack. */
function pomText(artifacts: readonly ArtifactMembers[], unpackPlugin: string): string {
  const plugin = splitCoordinates(unpackPlugin)
  const item = ({ artifact: coordinates, classifier, members, into }: ArtifactMembers): string => {
    const { group, artifact, version } = splitCoordinates(coordinates)
    return `
            <artifactItem>
              <groupId>${group}</groupId>
              <artifactId>${artifact}</artifactId>
              <version>${version}</version>
              <classifier>${classifier}</classifier>
              <includes>${members.join(',')}</includes>
              <outputDirectory>${into}</outputDirectory>
            </artifactItem>`
  }
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
          <artifactItems>${artifacts.map(item).join('')}
          </artifactItems>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`
}

/** Has Maven fetch artifacts, and unpacks some of what is in them. */
export async function unpackArtifacts(artifacts: readonly ArtifactMembers[]): Promise<void> {
  const { unpackPlugin } = readPins()
  // The pom lies in a fresh directory: the plugin's marker files would make a second unpack do nothing.
  await inWorkDirectory(async (directory) => {
    await writeFile(join(directory, 'pom.xml'), pomText(artifacts, unpackPlugin))
    await runCommand('mvn', ['--batch-mode', '--quiet', `${unpackPlugin}:unpack`], { cwd: directory })
  })
}
