import { copyFile, cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pnpmCommand } from '../../scripts/programs/pnpm.js'
import { runCommand } from '../../scripts/setup/command.js'
import { cacheDirectory } from '../../scripts/setup/paths.js'
import { inRepository } from '../../scripts/setup/stamp.js'
import type { Step } from '../../scripts/setup/step.js'

/** Where peers in JavaScript that the repository does not depend on are installed. */
export const modulesDirectory = join(cacheDirectory, 'benchmarks', 'modules')

/** LiteRT.js's WebAssembly, and the scripts that load it, where Node.js takes them for what they are. */
export const litertWasmDirectory = join(modulesDirectory, 'litert-wasm')

const pinned = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) =>
  inRepository('benchmarks', 'peers', 'modules', name),
)
const installed = (...parts: string[]): string => join(modulesDirectory, 'node_modules', ...parts)

async function install(): Promise<string> {
  const fresh = `${modulesDirectory}.${process.pid}.tmp`
  try {
    await mkdir(fresh, { recursive: true })
    for (const path of pinned) await copyFile(path, path.replace(dirname(path), fresh))
    const { program, args } = pnpmCommand()
    await runCommand(program, [...args, 'install', '--frozen-lockfile', '--ignore-scripts'], { cwd: fresh })
    await takeOutScripts(fresh)
    await rm(modulesDirectory, { recursive: true, force: true })
    await rename(fresh, modulesDirectory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return '@litertjs/core and @huggingface/transformers'
}

/**
 * The scripts beside LiteRT.js's WebAssembly are no modules, but lie in a package of modules: copies of them lie in a folder that says so,
 * beside links to what they load.
 */
async function takeOutScripts(modules: string): Promise<void> {
  const package_ = join('node_modules', '@litertjs', 'core', 'wasm')
  const target = join(modules, 'litert-wasm')
  await mkdir(target)
  await writeFile(join(target, 'package.json'), '{ "type": "commonjs" }\n')
  for (const name of await readdir(join(modules, package_))) {
    if (name.endsWith('.js')) await cp(join(modules, package_, name), join(target, name))
    else await symlink(join('..', package_, name), join(target, name))
  }
}

/** Installs LiteRT.js and transformers.js, in the versions of `modules/pnpm-lock.yaml`. */
export const javascriptModulesStep: Step = {
  name: 'peer-modules',
  after: [],
  tools: [],
  plan: async () => ({
    key: [process.platform, process.arch],
    inputs: pinned,
    outputs: [
      installed('@huggingface', 'transformers', 'package.json'),
      installed('@litertjs', 'core', 'package.json'),
      join(litertWasmDirectory, 'package.json'),
    ],
  }),
  make: install,
}
