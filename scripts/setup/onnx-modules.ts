import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory } from './paths.js'
import { pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'

/** Python modules that read and write .onnx files; for scripts that run in the environment of the `python` step. */
export const onnxModulesDirectory = join(cacheDirectory, 'python', 'onnx-modules')

/** What is installed there. */
export const onnxRequirements = inRepository('scripts', 'setup', 'requirements', 'onnx.txt')

async function install(): Promise<string> {
  const fresh = `${onnxModulesDirectory}.${process.pid}.tmp`
  try {
    await mkdir(dirname(fresh), { recursive: true })
    await runPython([
      ...['-m', 'pip', 'install', '--quiet', '--no-compile', '--no-deps', '--only-binary=:all:'],
      ...['--require-hashes', '--requirement', onnxRequirements, '--target', fresh],
    ])
    await rm(onnxModulesDirectory, { recursive: true, force: true })
    await rename(fresh, onnxModulesDirectory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return 'onnx and tf2onnx'
}

/** Fetches the ONNX modules. They lie beside the environment of the default model, which does not need them. */
export const onnxModulesStep: Step = {
  name: 'onnx-modules',
  after: [pythonStep],
  tools: ['python'],
  plan: async () => ({
    key: [],
    inputs: [onnxRequirements],
    outputs: ['onnx', 'tf2onnx'].map((module) => join(onnxModulesDirectory, module, '__init__.py')),
  }),
  make: install,
}
