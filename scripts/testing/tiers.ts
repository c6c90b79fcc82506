import { prebuildStep } from '../prebuilds/build.js'
import { prebuildTargets, targetOfThisMachine } from '../prebuilds/target.js'
import { runRequired } from '../programs/logged-program.js'
import { pnpmCommand } from '../programs/pnpm.js'
import { benchOnnxModelsStep } from '../setup/onnx-classics.js'
import { ptxasStep } from '../setup/ptxas.js'
import { reportLine, setUp } from '../setup/setup.js'
import { SetupError } from '../setup/setup-error.js'
import { runSteps, type Step } from '../setup/step.js'
import { tensorrtLibraryStep } from '../setup/tensorrt-library.js'
import { allTools, type Tool } from '../setup/tools.js'
import { runUnderAddressSanitizer } from './address-sanitizer.js'
import {
  type CppBuild,
  optimizedSanitizerBuild,
  releaseBuild,
  runCppTests,
  sanitizerBuild,
  tensorrtLibraryTests,
  threadSanitizerBuild,
} from './ctest.js'
import { longTestFiles, TIER_VARIABLE } from './long-tests.js'
import { emulatedNodeVersion, nodeProgram, nodeStep, otherNodeVersions } from './node-binaries.js'
import { onePassed, prepared } from './outcome.js'
import type { Part } from './part.js'
import { runVitest } from './vitest.js'

async function runScript(script: string): Promise<void> {
  const { program, args } = pnpmCommand()
  await runRequired(script, program, [...args, 'run', script])
}

const stepsPart = (name: string, after: readonly Part[], steps: () => readonly Step[]): Part => ({
  name,
  after,
  run: async () => {
    await runSteps(steps(), (report) => console.log(`   ${reportLine(report)}`))
    return prepared
  },
})

const setup: Part = {
  name: 'set-up',
  after: [],
  run: async () => {
    await setUp(
      [
        ...['tensorrt-headers', 'cuda-headers', 'kernels', 'tflite', 'photos', 'models'],
        ...['onnx-tests', 'test-models', 'crops'],
      ],
      (report) => console.log(`   ${reportLine(report)}`),
    )
    return prepared
  },
}

const build: Part = {
  name: 'build',
  after: [],
  run: async () => {
    await runScript('build')
    return prepared
  },
}

const prebuild = stepsPart('prebuilt addon of this machine', [], () => [prebuildStep(targetOfThisMachine())])

const check = (name: string, script: string): Part => ({
  name,
  after: [build],
  run: async () => {
    await runScript(script)
    return onePassed
  },
})

// Among others they open the real library with the real model.
const cpp = (name: string, build: CppBuild): Part => ({ name, after: [setup], run: () => runCppTests(build) })

const ready: readonly Part[] = [setup, build, prebuild]

/** What every change has to pass; under ten minutes on two cores once set up. */
const fast: readonly Part[] = [
  ...ready,
  check('typecheck', 'typecheck'),
  cpp('C++ tests with sanitizers', sanitizerBuild),
  {
    name: 'JavaScript tests',
    after: ready,
    run: () => runVitest({ name: 'vitest', projects: ['packages', 'repository', 'runtime'] }),
  },
  {
    name: 'consumer of the packed tarballs',
    after: ready,
    run: () => runVitest({ name: 'vitest-consumer', projects: ['consumer'] }),
  },
]

// Hundreds of megabytes, for x64: the fast tier skips what is tested with it, unless it is there.
const tensorrtLibrary = stepsPart("TensorRT's own library, and models for it", [], () => [
  tensorrtLibraryStep,
  benchOnnxModelsStep,
])
const onTensorrtLibrary: Part = {
  name: "C++ tests on TensorRT's own library",
  after: [setup, tensorrtLibrary],
  run: () => runCppTests(tensorrtLibraryTests),
}

const allPrebuilds = stepsPart('all prebuilt addons', [], () => prebuildTargets.map(prebuildStep))

// They ask the vendors' libraries, sharp and a browser, and Node.js for next to nothing.
const sameOnEveryNode = ['test/accuracy/**', 'test/hostile/**', 'packages/bench/test/page/**']

const onNode = (version: string): Part => ({
  name: `JavaScript tests on Node.js ${version}`,
  after: ready,
  run: async () => {
    await runSteps([nodeStep(version, 'x64')], (report) => console.log(`   ${reportLine(report)}`))
    return runVitest({
      name: `vitest-node-${version}`,
      projects: ['packages', 'runtime'],
      exclude: sameOnEveryNode,
      node: nodeProgram(version, 'x64'),
    })
  },
})

// Debian's packages of that version are not to be had everywhere: the tests of wallpapers are skipped then, and this is why.
async function fetchWallpapers(): Promise<void> {
  try {
    await setUp(['wallpaper-crops'], (report) => console.log(`   ${reportLine(report)}`))
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.log(`   There are no wallpapers to test with: ${error.message}`)
  }
}

const longTests: Part = {
  name: 'JavaScript tests in full',
  after: ready,
  run: async () => {
    await fetchWallpapers()
    if (process.arch === 'x64') await runSteps([ptxasStep])
    return runVitest({
      name: 'vitest-full',
      projects: ['packages', 'runtime'],
      files: await longTestFiles(),
      environment: { [TIER_VARIABLE]: 'full' },
    })
  },
}

const arm64: Part = {
  name: 'consumer of the packed tarballs on arm64, under QEMU',
  after: [...ready, allPrebuilds],
  run: async () => {
    await runSteps([nodeStep(emulatedNodeVersion, 'arm64')], (report) =>
      console.log(`   ${reportLine(report)}`),
    )
    return runVitest({
      name: 'vitest-arm64',
      projects: ['arm64'],
      environment: { EDGE_TEST_ARM64_NODE: nodeProgram(emulatedNodeVersion, 'arm64') },
    })
  },
}

/** What `pnpm test:full` adds to the fast tier, without what it shares with it. */
const extra: readonly Part[] = [
  check('lint', 'lint'),
  // The same tests as with sanitizers, compiled as users get the code.
  cpp('C++ tests', releaseBuild),
  ...(process.arch === 'x64' ? [tensorrtLibrary, onTensorrtLibrary] : []),
  cpp('C++ tests on the GPU doubles with sanitizers, optimised', optimizedSanitizerBuild),
  cpp('C++ tests with ThreadSanitizer', threadSanitizerBuild),
  {
    name: 'JavaScript tests of the addon with AddressSanitizer',
    after: ready,
    run: runUnderAddressSanitizer,
  },
  longTests,
  allPrebuilds,
  // An arm64 machine runs the fast tier as it is.
  ...(process.arch === 'x64' ? [arm64, ...otherNodeVersions.map(onNode)] : []),
]

const fastTools: readonly Tool[] = [...allTools, 'googletest', 'readelf']
const emulation: readonly Tool[] = process.arch === 'x64' ? ['qemu-aarch64', 'aarch64-libraries'] : []

/** What is run together, and what the system has to have for it. */
export interface Tier {
  readonly tools: readonly Tool[]
  readonly parts: readonly Part[]
}

export const fastTier: Tier = { tools: fastTools, parts: fast }
export const fullTier: Tier = { tools: [...fastTools, ...emulation], parts: [...fast, ...extra] }
/** The extra parts alone, for someone who just ran the fast tier. */
export const extraTier: Tier = { tools: fullTier.tools, parts: [...ready, ...extra] }
