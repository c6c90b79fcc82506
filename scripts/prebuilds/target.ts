import { arch } from 'node:os'
import { join } from 'node:path'
import { displayPath, repositoryRoot } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'

/** The newest glibc whose symbols a prebuilt addon may need: Debian 10, Ubuntu 20.04 and JetPack 5 have 2.28 or newer. */
export const glibcBaseline = '2.28'

/** A platform that an addon is prebuilt for. */
export interface PrebuildTarget {
  /** As in the folder's name: what Node.js calls the platform and the processor. */
  readonly name: string
  /** As Node.js calls the processor. */
  readonly arch: string
  /** As CMake and the compiler call the processor. */
  readonly processor: string
  /** As readelf calls the processor. */
  readonly machine: string
}

export const prebuildTargets: readonly PrebuildTarget[] = [
  { name: 'linux-x64', arch: 'x64', processor: 'x86_64', machine: 'Advanced Micro Devices X86-64' },
  { name: 'linux-arm64', arch: 'arm64', processor: 'aarch64', machine: 'AArch64' },
]

/** The target of a name, or an error that lists the known ones. */
export function targetNamed(name: string): PrebuildTarget {
  const target = prebuildTargets.find((candidate) => candidate.name === name)
  if (target !== undefined) return target
  const known = prebuildTargets.map((candidate) => candidate.name).join(' or ')
  throw new SetupError(`There are no prebuilds for "${name}": expected ${known}.`)
}

/** The target that this machine can load. */
export function targetOfThisMachine(): PrebuildTarget {
  return targetNamed(`linux-${arch()}`)
}

/** Base of the prebuilt files' names: the scope would put an @ and a + into them. */
export const prebuildName = 'edge-native'

/** The prebuilt addon of a target, where the published package has it. */
export function prebuildPath(target: PrebuildTarget): string {
  return join(repositoryRoot, 'native', 'prebuilds', target.name, `${prebuildName}.glibc.node`)
}

/** The prebuilt addon as a person reads its path. */
export const prebuildLabel = (target: PrebuildTarget): string => displayPath(prebuildPath(target))
