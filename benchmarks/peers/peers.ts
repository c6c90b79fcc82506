import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SubjectProgram } from '@edge/bench'
import { pythonEnvironment, repositoryRoot } from '../../scripts/setup/paths.js'
import { SetupError } from '../../scripts/setup/setup-error.js'
import { runSteps, type Step, type StepReport } from '../../scripts/setup/step.js'
import { interpreterIn } from '../../scripts/setup/virtual-environment.js'
import { fp32Onnx } from './int8-onnx.js'
import { javascriptModulesStep, litertWasmDirectory, modulesDirectory } from './javascript-modules.js'
import { transformersModelDirectory, transformersModelStep } from './transformers-model.js'
import { findTrtexec } from './trtexec.js'

/** Who runs a model beside our own backends: a program, or the reason why it cannot be had here. */
export type Peer = SubjectProgram | { readonly skipped: string }

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const library = `${repositoryRoot}/packages/platforms/tflite-${process.platform}-${process.arch}/lib/libtensorflowlite_c.so`
const loop = `${repositoryRoot}/native/build/bench/tflite_loop`

/** Every peer by the name that suites use. */
export const peers: Readonly<Record<string, () => Peer>> = {
  'native-loop': () =>
    needing([loop, library], 'pnpm build', () =>
      typescript('native-loop', 'native-loop-subject.ts', library),
    ),
  'ai-edge-litert': () => python('ai-edge-litert', 'tflite_subject.py', 'ai-edge-litert'),
  tensorflow: () => python('tensorflow', 'tflite_subject.py', 'tensorflow'),
  'onnxruntime-node': () => typescript('onnxruntime-node', 'onnxruntime-subject.ts'),
  sharp: () => typescript('sharp', 'sharp-subject.ts'),
  'litert.js': () => typescript('litert.js', 'litert-subject.ts', modulesDirectory, litertWasmDirectory),
  'transformers.js': () =>
    typescript(
      'transformers.js',
      'transformers-subject.ts',
      ...[modulesDirectory, transformersModelDirectory, fp32Onnx],
    ),
  trtexec: () => {
    const found = findTrtexec()
    return 'skipped' in found ? found : typescript('trtexec', 'trtexec-subject.ts', found.program)
  },
}

/** What is installed and made when a suite first names a peer; the others are there after `pnpm install` and set-up. */
const steps: Readonly<Record<string, readonly Step[]>> = {
  'litert.js': [javascriptModulesStep],
  'transformers.js': [javascriptModulesStep, transformersModelStep],
}

/**
 * The peers of these names; what is no peer's name is left out. Installs what they need: where that fails, they cannot be had.
 *
 * @param onDone - is told of each step of that.
 */
export async function findPeers(
  names: Iterable<string>,
  onDone?: (report: StepReport) => void,
): Promise<ReadonlyMap<string, Peer>> {
  const found = new Map<string, Peer>()
  for (const name of new Set(names)) {
    const peer = peers[name]
    if (peer !== undefined) found.set(name, await installed(steps[name] ?? [], peer, onDone))
  }
  return found
}

/** A peer whose steps have run; one that cannot be had where one of them fails. */
export async function installed(
  needed: readonly Step[],
  peer: () => Peer,
  onDone?: (report: StepReport) => void,
): Promise<Peer> {
  try {
    await runSteps(needed, onDone)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    // The command, and the last that it wrote but for a stack.
    const lines = error.message.split('\n').filter((line) => !/^\s*(?:at .*)?$/.test(line))
    const reason = lines.length > 1 ? `${lines[0]}: ${lines.at(-1)?.trim()}` : lines[0]
    return { skipped: `it could not be installed: ${reason}` }
  }
  return peer()
}

function typescript(name: string, file: string, ...args: string[]): SubjectProgram {
  return {
    name,
    command: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), at(file), ...args],
  }
}

function python(name: string, file: string, ...args: string[]): Peer {
  const interpreter = interpreterIn(pythonEnvironment)
  return needing([interpreter], 'pnpm run setup', () => ({
    name,
    command: interpreter,
    args: [at(file), ...args],
    env: { TF_CPP_MIN_LOG_LEVEL: '3', PYTHONWARNINGS: 'ignore' },
  }))
}

function needing(files: readonly string[], remedy: string, program: () => SubjectProgram): Peer {
  const missing = files.find((file) => !existsSync(file))
  return missing === undefined ? program() : { skipped: `${missing} is missing: ${remedy} makes it` }
}
