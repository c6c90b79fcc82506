import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** ONNX's own tests of its operators, which set-up fetches: models that others made. */
const directory = fileURLToPath(new URL('../../../../.cache/onnx-tests', import.meta.url))

if (!existsSync(directory)) {
  throw new Error(`${directory} is missing: pnpm run setup --only onnx-tests fetches it`)
}

/** One model, and the tensors it is tested with. */
export interface CorpusModel {
  readonly name: string
  readonly bytes: Uint8Array
  /** Bytes of `input_N.pb`; undefined where there is none. */
  input(index: number): Uint8Array | undefined
  output(index: number): Uint8Array | undefined
}

/** All models. */
export function corpus(): CorpusModel[] {
  const names = readFileSync(join(directory, 'contents.txt'), 'utf8').trimEnd().split('\n')
  return names.map((name) => {
    const data = (file: string): Uint8Array | undefined => {
      const path = join(directory, name, 'test_data_set_0', file)
      return existsSync(path) ? readFileSync(path) : undefined
    }
    return {
      name,
      bytes: readFileSync(join(directory, name, 'model.onnx')),
      input: (index) => data(`input_${index}.pb`),
      output: (index) => data(`output_${index}.pb`),
    }
  })
}
