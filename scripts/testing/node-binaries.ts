import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copyFileAtomically } from '../setup/atomic-write.js'
import { runCommand } from '../setup/command.js'
import { cacheDirectory } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'
import type { Step } from '../setup/step.js'
import { inWorkDirectory } from '../setup/work-directory.js'

/** A Node.js from the packages that npm's own package `node` is made of: one per platform, and no install script. */
interface NodePin {
  readonly version: string
  readonly arch: 'x64' | 'arm64'
  readonly integrity: string
}

const pins: readonly NodePin[] = [
  {
    version: '20.19.0',
    arch: 'x64',
    integrity:
      'sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
  },
  {
    version: '22.12.0',
    arch: 'x64',
    integrity:
      'sha512-4khrFzyJU/IdeFo3m5vByubF9TkuPHJzJbKyOWtJp6tXofuNEV+t+d4w6+i9tSYJIjlaZIv8Xbm8hlL5UXIBaQ==',
  },
  {
    version: '24.21.0',
    arch: 'x64',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  {
    version: '22.23.3',
    arch: 'arm64',
    integrity:
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
]

/** Versions of Node.js that the tests run on besides the one at hand, oldest supported first, for x64. */
export const otherNodeVersions: readonly string[] = pins
  .filter((pin) => pin.arch === 'x64')
  .map((pin) => pin.version)

/** The arm64 Node.js that runs under QEMU. */
export const emulatedNodeVersion = '22.23.3'

/** Where the program of a version and processor is, once its step has run. */
export function nodeProgram(version: string, arch: 'x64' | 'arm64'): string {
  return join(cacheDirectory, 'node', `${version}-${arch}`, 'node')
}

async function fetchNode(pin: NodePin): Promise<string> {
  await inWorkDirectory(async (directory) => {
    const name = `node-linux-${pin.arch}@${pin.version}`
    await runCommand('npm', ['pack', '--silent', name], { cwd: directory })
    const [archive] = await readdir(directory)
    if (archive === undefined) throw new SetupError(`npm fetched nothing for ${name}`)
    const content = await readFile(join(directory, archive))
    const found = `sha512-${createHash('sha512').update(content).digest('base64')}`
    if (found !== pin.integrity) {
      throw new SetupError(`${name}: what npm fetched has ${found}, pinned is ${pin.integrity}`)
    }
    await runCommand('tar', ['--extract', '--gzip', '--file', archive, 'package/bin/node'], {
      cwd: directory,
    })
    const program = nodeProgram(pin.version, pin.arch)
    await mkdir(join(program, '..'), { recursive: true })
    await copyFileAtomically(join(directory, 'package/bin/node'), program)
  })
  return `Node.js ${pin.version} for ${pin.arch}`
}

/** The step that fetches a Node.js. */
export function nodeStep(version: string, arch: 'x64' | 'arm64'): Step {
  const pin = pins.find((candidate) => candidate.version === version && candidate.arch === arch)
  if (pin === undefined) throw new SetupError(`Node.js ${version} for ${arch} is not pinned`)
  return {
    name: `node-${version}-${arch}`,
    after: [],
    tools: [],
    plan: async () => ({ key: [pin.integrity], inputs: [], outputs: [nodeProgram(version, arch)] }),
    make: () => fetchNode(pin),
  }
}
