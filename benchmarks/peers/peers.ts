import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SubjectProgram } from '@edge/bench'
import { pythonEnvironment, repositoryRoot } from '../../scripts/setup/paths.js'
import { interpreterIn } from '../../scripts/setup/virtual-environment.js'

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
