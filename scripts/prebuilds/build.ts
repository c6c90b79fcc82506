import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { runRequired } from '../programs/logged-program.js'
import { copyFileAtomically } from '../setup/atomic-write.js'
import { kernelsStep } from '../setup/kernels.js'
import { cacheDirectory, kernelsFile, repositoryRoot, tensorrtHeadersDirectory } from '../setup/paths.js'
import { readPins } from '../setup/pins.js'
import { inRepository } from '../setup/stamp.js'
import type { Step } from '../setup/step.js'
import { tensorrtHeadersStep } from '../setup/tensorrt-headers.js'
import { type PrebuildTarget, prebuildLabel, prebuildName, prebuildPath } from './target.js'
import { verifyPrebuild } from './verify.js'
import { writeZigWrappers, zigRequirements, zigStep } from './zig.js'

const toolchainFile = inRepository('cmake', 'toolchains', 'zig.cmake')
const shim = inRepository('scripts', 'prebuilds', 'cmake-js-for-prebuildify')

/**
 * Lays out the tree that CMakeLists.txt expects, out of links, with a `build` folder of its own: prebuildify takes the addon from
 * `build/Release` and nowhere else, and the developer's build is there.
 */
async function layOutTree(directory: string): Promise<string> {
  const native = join(directory, 'native')
  await rm(directory, { recursive: true, force: true })
  await mkdir(native, { recursive: true })
  for (const name of ['cmake', 'packages']) await symlink(inRepository(name), join(directory, name))
  for (const name of ['CMakeLists.txt', 'exports.map', 'node_modules', 'package.json', 'src']) {
    await symlink(inRepository('native', name), join(native, name))
  }
  return native
}

async function build(target: PrebuildTarget): Promise<string> {
  const directory = join(cacheDirectory, 'prebuilds', target.name)
  const native = await layOutTree(directory)
  const wrappers = join(directory, 'zig')
  await writeZigWrappers(wrappers, target)
  const environment = {
    PREBUILD_NODE_GYP: shim,
    CMAKE_TOOLCHAIN_FILE: toolchainFile,
    EDGE_ZIG_WRAPPERS: wrappers,
    EDGE_ZIG_PROCESSOR: target.processor,
    EDGE_TENSORRT_HEADERS: tensorrtHeadersDirectory,
    EDGE_KERNELS: kernelsFile,
  }
  await runRequired(
    `prebuild-${target.name}`,
    join(native, 'node_modules', '.bin', 'prebuildify'),
    ['--napi', '--tag-libc', '--name', prebuildName, '--platform', 'linux', '--arch', target.arch],
    { cwd: native, environment },
  )
  const built = join(native, 'prebuilds', target.name, `${prebuildName}.glibc.node`)
  const glibc = await verifyPrebuild(built, target)
  await copyFileAtomically(built, prebuildPath(target))
  const kilobytes = Math.round((await stat(built)).size / 1024)
  return `${prebuildLabel(target)}, ${kilobytes} KB, needs glibc ${glibc}`
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** A step of set-up that builds, checks and puts in place the addon of one platform. */
export function prebuildStep(target: PrebuildTarget): Step {
  return {
    name: `prebuild-${target.name}`,
    after: [zigStep, tensorrtHeadersStep, kernelsStep],
    tools: ['cmake', 'make', 'readelf'],
    plan: async () => ({
      key: [JSON.stringify(readPins().tensorrt.headers)],
      inputs: [
        ...(await filesUnder(inRepository('native', 'src'))),
        kernelsFile,
        ...['CMakeLists.txt', 'exports.map', 'package.json'].map((name) => inRepository('native', name)),
        ...(await filesUnder(inRepository('cmake'))),
        inRepository('packages', 'errors', 'codes.json'),
        ...(await filesUnder(join(repositoryRoot, 'scripts', 'prebuilds'))),
        zigRequirements,
      ],
      outputs: [prebuildPath(target)],
    }),
    make: () => build(target),
  }
}
