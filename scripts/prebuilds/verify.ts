import { SetupError } from '../setup/setup-error.js'
import { readSharedObject, type SharedObject } from './elf.js'
import { glibcBaseline, type PrebuildTarget } from './target.js'

const entryPoints = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']
// The C library's own, and the loader, which thread-local storage needs.
const mayNeed = /^(lib(c|m|dl|pthread)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d+)$/

function isNewer(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number)
  return major > thanMajor || (major === thanMajor && minor > thanMinor)
}

/** Everything that keeps a shared object from being published as the addon of `target`; empty when all is well. */
export function faultsOf(file: SharedObject, target: PrebuildTarget): string[] {
  const faults: string[] = []
  if (file.machine !== target.machine) faults.push(`is for "${file.machine}", not "${target.machine}"`)
  for (const library of file.needed.filter((name) => !mayNeed.test(name))) {
    faults.push(`needs ${library}: only the C library's own may be needed`)
  }
  for (const version of file.versions) {
    const glibc = /^GLIBC_(\d+\.\d+)/.exec(version)?.[1]
    if (glibc === undefined) faults.push(`needs ${version}, which is no version of glibc`)
    else if (isNewer(glibc, glibcBaseline)) faults.push(`needs glibc ${glibc}: at most ${glibcBaseline}`)
  }
  const exported = [...file.exported].sort()
  if (exported.join() !== entryPoints.join()) {
    faults.push(`exports ${exported.join(', ') || 'nothing'}: expected exactly ${entryPoints.join(', ')}`)
  }
  if (!file.flags.includes('NODELETE')) faults.push('may be unloaded: link it with -z nodelete')
  const unstripped = file.sections.filter((name) => name === '.symtab' || name.startsWith('.debug'))
  if (unstripped.length > 0) faults.push(`is not stripped: has ${unstripped.join(', ')}`)
  return faults
}

/** Throws a SetupError that names every fault of a prebuilt addon. Returns the newest glibc it needs. */
export async function verifyPrebuild(path: string, target: PrebuildTarget): Promise<string> {
  const file = await readSharedObject(path)
  const faults = faultsOf(file, target)
  if (faults.length > 0) {
    throw new SetupError([`The ${target.name} addon`, ...faults.map((fault) => `  - ${fault}`)].join('\n'))
  }
  const needed = file.versions.flatMap((version) => /^GLIBC_(\d+\.\d+)/.exec(version)?.[1] ?? [])
  return needed.reduce((newest, version) => (isNewer(version, newest) ? version : newest), '0.0')
}
