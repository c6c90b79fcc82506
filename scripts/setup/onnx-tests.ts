import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onnxTestsDirectory } from './paths.js'
import { pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { downloadWheels, unpackScript } from './wheel-files.js'
import { inWorkDirectory } from './work-directory.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'onnx-tests.txt')
const script = inRepository('scripts', 'setup', 'unpack_wheel_folder.py')
const contents = join(onnxTestsDirectory, 'contents.txt')
// The format as ONNX itself states it, which ours is compared with.
const schema = { file: 'onnx-ml.proto', wheel: 'onnx', member: 'onnx/onnx-ml.proto' }

/** ONNX's own tests of its operators: a model each, with inputs and the outputs it has to give. */
export const onnxTestsStep: Step = {
  name: 'onnx-tests',
  after: [pythonStep],
  tools: ['python'],
  // The list of the cases stands for the thousands of files beside it.
  plan: async () => ({
    key: [],
    inputs: [requirements, script, unpackScript],
    outputs: [contents, join(onnxTestsDirectory, schema.file)],
  }),
  make: async () => {
    await inWorkDirectory(async (work) => {
      const fresh = join(work, 'cases')
      await downloadWheels(requirements, work)
      await runPython([script, work, 'onnx', 'onnx/backend/test/data/node', fresh])
      await runPython([unpackScript, work], { input: JSON.stringify([schema]) })
      await rename(join(work, schema.file), join(fresh, schema.file))
      await rm(onnxTestsDirectory, { recursive: true, force: true })
      await rename(fresh, onnxTestsDirectory)
    })
    const cases = (await readFile(contents, 'utf8')).trimEnd().split('\n')
    return `${cases.length} tests of ONNX's operators`
  },
}
