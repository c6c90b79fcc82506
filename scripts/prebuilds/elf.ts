import { runCommand } from '../setup/command.js'

/** What matters of a shared object: what it asks of a system, and what it shows to it. */
export interface SharedObject {
  readonly machine: string
  /** DT_NEEDED. */
  readonly needed: readonly string[]
  /** DT_RUNPATH: where it looks for them first, as it was written; none if it has none. */
  readonly runpath?: string
  /** Symbol versions it needs, such as GLIBC_2.17. */
  readonly versions: readonly string[]
  /** Symbols it defines for others. */
  readonly exported: readonly string[]
  readonly sections: readonly string[]
  /** Words of DT_FLAGS_1. */
  readonly flags: readonly string[]
}

const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
]

function exportedSymbols(table: string): string[] {
  // Num: Value Size Type Bind Vis Ndx Name
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  const defined = rows.filter(
    ([, , , , bind, visibility, index]) =>
      (bind === 'GLOBAL' || bind === 'WEAK') && visibility !== 'HIDDEN' && index !== 'UND',
  )
  return defined.map((row) => (row[7] ?? '').replace(/@.*$/, '')).filter((name) => name !== '')
}

/** Reads a shared object of any processor with readelf. */
export async function readSharedObject(path: string): Promise<SharedObject> {
  const environment = { LC_ALL: 'C' }
  const readelf = (option: string): Promise<string> =>
    runCommand('readelf', ['--wide', option, path], { environment })
  const [header, dynamic, versions, symbols, sections] = await Promise.all(
    ['--file-header', '--dynamic', '--version-info', '--dyn-syms', '--sections'].map(readelf),
  )
  const runpath = /\(RUNPATH\).*\[(.*)\]/.exec(dynamic ?? '')?.[1]
  return {
    ...(runpath !== undefined && { runpath }),
    machine: all(header ?? '', /Machine:\s+(.+)/g)[0] ?? '',
    needed: all(dynamic ?? '', /\(NEEDED\).*\[(.+)\]/g),
    versions: all(versions ?? '', /Name: (\S+)\s+Flags:/g),
    exported: exportedSymbols(symbols ?? ''),
    sections: all(sections ?? '', /^\s*\[\s*\d+\]\s+(\.\S+)/gm),
    flags:
      /\(FLAGS_1\)\s+Flags: (.+)/
        .exec(dynamic ?? '')?.[1]
        ?.trim()
        .split(/\s+/) ?? [],
  }
}
