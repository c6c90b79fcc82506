/** Whose fault a crash is: TensorFlow Lite's library runs the model again, with nothing of the project in between. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeRuntimes } from '@edge/runtime'
import { runCommand } from '../../scripts/setup/command.js'
import { cacheDirectory } from '../../scripts/setup/paths.js'
import { inRepository } from '../../scripts/setup/stamp.js'

/** What the library did alone: crashed or hung in functions of its own (innermost first), or neither; or why it was not asked. */
export type Verdict =
  | { readonly kind: 'its own'; readonly functions: readonly string[] }
  | { readonly kind: 'not alone' }
  | { readonly kind: 'not asked'; readonly why: string }

// The program ends itself after four seconds, and two more for its answer.
const MOST_MS = 10_000

let program: Promise<string> | undefined

/** Runs a model by the library alone. Compiles the program that does so, if it is the first time. */
export async function libraryAlone(bytes: Uint8Array, xnnpack: boolean): Promise<Verdict> {
  const library = describeRuntimes().find(({ name }) => name === 'tflite')?.library?.path
  if (library === undefined) return { kind: 'not asked', why: 'there is no library' }
  program ??= compile()
  let path: string
  try {
    path = await program
  } catch (error) {
    return { kind: 'not asked', why: String(error) }
  }
  const directory = await mkdtemp(join(tmpdir(), 'edge-hostile-'))
  try {
    const model = join(directory, 'model.tflite')
    await writeFile(model, bytes)
    return await ask(path, [library, model, xnnpack ? '1' : '0'])
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function compile(): Promise<string> {
  const folder = join(cacheDirectory, 'build')
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'library_alone')
  await runCommand(process.env.CXX ?? 'c++', [
    ...['-std=c++17', '-O1', '-I', inRepository('native', 'src')],
    ...[inRepository('native', 'test', 'alone', 'library_alone.cc'), '-o', path, '-ldl'],
  ])
  return path
}

function ask(path: string, args: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    // The memory of `child.ts`.
    const env = { ...process.env, MALLOC_PERTURB_: '165' }
    execFile(path, [...args], { timeout: MOST_MS, killSignal: 'SIGKILL', env }, (error, stdout) => {
      const ended =
        error !== null && (error.killed === true || error.signal != null || Number(error.code) > 128)
      const functions = stdout.split('\n').filter((line) => line !== '')
      resolve(ended ? { kind: 'its own', functions } : { kind: 'not alone' })
    })
  })
}
