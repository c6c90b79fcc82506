import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pnpmCommand } from '../../scripts/programs/pnpm.js'
import { packageFolders, root } from '../architecture/source-packages.js'
import { runRequired } from './command.js'

/** A packed package. */
export interface Tarball {
  readonly name: string
  /** Folder of its sources, from the root. */
  readonly folder: string
  readonly path: string
  /** Processors it is for; empty for any. */
  readonly cpu: readonly string[]
  /** Files inside, without the leading `package/`. */
  readonly files: readonly string[]
  readonly manifest: Readonly<Record<string, unknown>>
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

async function packOne(folder: string, directory: string): Promise<Tarball> {
  const { program, args } = pnpmCommand()
  const cwd = join(root, folder)
  // A folder for each: pnpm says where it wrote in a form that differs between its versions.
  const destination = join(directory, folder.replaceAll('/', '-'))
  await mkdir(destination, { recursive: true })
  const options = { cwd, environment: environment() }
  await runRequired(program, [...args, 'pack', '--out', join(destination, 'package.tgz')], options)
  const path = join(directory, `${folder.replaceAll('/', '-')}.tgz`)
  await rename(join(destination, 'package.tgz'), path)
  const list = await runRequired('tar', ['--list', '--file', path], options)
  const text = await runRequired(
    'tar',
    ['--extract', '--to-stdout', '--file', path, 'package/package.json'],
    options,
  )
  const manifest: unknown = JSON.parse(text)
  if (typeof manifest !== 'object' || manifest === null) throw new Error(`${path} has no manifest`)
  return {
    name: String(Reflect.get(manifest, 'name')),
    folder,
    path,
    cpu: strings(Reflect.get(manifest, 'cpu')),
    files: list
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''))
      .filter((file) => !file.endsWith('/')),
    manifest: { ...manifest },
  }
}

/** Packs every package that is published into `directory`, as `pnpm publish` would. */
export async function packAll(directory: string): Promise<Tarball[]> {
  const tarballs: Tarball[] = []
  for (const folder of packageFolders()) tarballs.push(await packOne(folder, directory))
  return tarballs
}

/** The tarball's bytes. */
export const bytesOf = (tarball: Tarball): Promise<Buffer> => readFile(tarball.path)
