import { access, mkdir, readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './command.js'
import { SetupError } from './setup-error.js'
import { sha256OfFile } from './sha256.js'

/** A version of a crate, and the SHA-256 of its archive. */
export interface CratePin {
  readonly crate: string
  readonly version: string
  readonly sha256: string
}

/** The archives of a crate that cargo keeps, one for each registry that it came from. */
async function keptArchives(name: string): Promise<string[]> {
  const cache = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'registry', 'cache')
  const registries = await readdir(cache).catch(() => [])
  const paths = registries.map((registry) => join(cache, registry, `${name}.crate`))
  const present = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return paths.filter((_, index) => present[index])
}

/** Fetches a crate by its name, and unpacks it in `directory`. Returns the folder it is in. */
export async function unpackCrate({ crate, version, sha256 }: CratePin, directory: string): Promise<string> {
  // Of all that cargo can do, this alone fetches a crate without the hundred others that building it would take.
  // In a folder outside of any Cargo project, which it would ask for its lock file.
  await mkdir(directory, { recursive: true })
  await runCommand('cargo', ['info', '--quiet', `${crate}@${version}`], { cwd: directory })
  const name = `${crate}-${version}`
  const found: string[] = []
  for (const path of await keptArchives(name)) {
    const hash = await sha256OfFile(path)
    if (hash === sha256) {
      await runCommand('tar', ['--extract', '--gzip', '--file', path, '--directory', directory])
      return join(directory, name)
    }
    found.push(hash)
  }
  throw new SetupError(
    found.length === 0
      ? `cargo fetched ${name} and left no archive of it in its home: is the registry replaced by a folder?`
      : `${name}: the fetched crate has SHA-256 ${found.join(', ')}, pinned is ${sha256}.`,
  )
}
