import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Import {
  /** The importing file, from the root. */
  readonly file: string
  readonly specifier: string
  /** The package of ours that is imported, without its scope. */
  readonly package?: string
  /** The package that is imported, ours or another's; none for Node.js' own modules and for files. */
  readonly external?: string
  readonly leavesPackage: boolean
}

/** A package of the workspace, and what its published sources import. */
export interface SourcePackage {
  /** Without the scope. */
  readonly name: string
  readonly imports: readonly Import[]
  /** Our packages among what its users get with it. */
  readonly dependencies: readonly string[]
  /** Every package that its users get with it, or are told to bring. */
  readonly declared: readonly string[]
}

const scope = '@edge/'

function recordAt(value: unknown, key: string): Record<string, unknown> {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof member === 'object' && member !== null ? { ...member } : {}
}

function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function importsOf(path: string, packageRoot: string): Import[] {
  // The compiler's own reader: imports, exports from, types, dynamic imports and require().
  return ts
    .preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName: specifier }) => {
      const external = packageOf(specifier)
      const target = specifier.startsWith('.') ? relative(packageRoot, resolve(dirname(path), specifier)) : ''
      return {
        file: relative(root, path),
        specifier,
        leavesPackage: target.startsWith('..'),
        ...(external === undefined ? {} : { external }),
        ...(external?.startsWith(scope) === true ? { package: external.slice(scope.length) } : {}),
      }
    })
}

function readPackage(directory: string): SourcePackage {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const name: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'name') : ''
  const declared = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(recordAt(manifest, kind)),
  )
  const sources = ['src', 'lib'].flatMap((folder) => {
    const path = join(directory, folder)
    return existsSync(path)
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file))
      : []
  })
  return {
    name: String(name).slice(scope.length),
    imports: sources
      .filter((path) => /\.[cm]?[jt]s$/.test(path))
      .flatMap((path) => importsOf(path, directory)),
    dependencies: declared.filter((one) => one.startsWith(scope)).map((one) => one.slice(scope.length)),
    declared,
  }
}

/** Folders of the packages that are published, from the root. */
export function packageFolders(): string[] {
  const inside = (folder: string): string[] =>
    readdirSync(join(root, folder)).map((name) => join(folder, name))
  return ['native', ...['packages', 'packages/platforms', 'packages/models'].flatMap(inside)].filter(
    (folder) => existsSync(join(root, folder, 'package.json')),
  )
}

/** Every package of the workspace that is published. */
export function sourcePackages(): SourcePackage[] {
  return packageFolders().map((folder) => readPackage(join(root, folder)))
}
