import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Session } from '@edge/runtime'
import { describeGpus } from '@edge/runtime/engines'
import { onnxClassicPath, onnxClassics } from '../../scripts/setup/onnx-classics.js'
import { variantsDirectory } from '../../scripts/setup/test-models.js'

/** The exit code of `pnpm test:gpu` and `pnpm bench:gpu` where there is nothing to run on; 1 is a failure. */
export const NO_GPU = 77

/** What both programs are told. */
export interface Setting {
  readonly models: readonly string[]
  readonly runs: number
  /** Where results go; undefined for where all are. */
  readonly out: string | undefined
  /** GPUs, driver and TensorRT, for results. */
  readonly device: object
}

/**
 * Reads the command line, `[--model FILE.onnx]… [--runs N] [--out DIR]`, and looks for a GPU; says what is missing and ends the process where there
 * is none.
 */
export function readSetting(defaultRuns: number): Setting {
  const { values } = parseArgs({
    options: { model: { type: 'string', multiple: true }, runs: { type: 'string' }, out: { type: 'string' } },
  })
  const { cuda, tensorrt } = describeGpus()
  for (const part of [cuda, tensorrt]) {
    if (!('problem' in part)) continue
    console.log(`No GPU: nothing was run, and nothing is proved. ${part.problem.message}`)
    process.exit(NO_GPU)
  }
  const lite0 = join(variantsDirectory, 'efficientnet_lite0_fp32.onnx')
  const models = values.model?.map((path) => resolve(path)) ?? [...onnxClassics.map(onnxClassicPath), lite0]
  for (const path of models) {
    if (existsSync(path)) continue
    console.error(`There is no ${path}: pnpm run setup --only bench-onnx-models,test-models`)
    process.exit(1)
  }
  const runs = Number(values.runs ?? defaultRuns)
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new RangeError(`--runs ${values.runs} is no number of runs`)
  return {
    models,
    runs,
    out: values.out === undefined ? undefined : resolve(values.out),
    device: { cuda, tensorrt },
  }
}

/** A model's name, for people. */
export const modelName = (path: string): string => basename(path, '.onnx')

/** Values of about −2 to 2 for every input, the same for the same number. */
export function fillInputs(session: Session, number: number): void {
  for (const [index] of session.inputs.entries()) {
    const { data } = session.input(index, 'float32')
    let state = 2654435769 * (number + 1 + index)
    for (let i = 0; i < data.length; i += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      data[i] = state / 2 ** 30
    }
  }
}

/** All values of the first output. */
export async function answer(session: Session, number: number): Promise<Float32Array> {
  fillInputs(session, number)
  await session.run()
  return session.output(0, 'float32').data.slice()
}
