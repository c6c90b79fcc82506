import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onnxTestsDirectory } from './paths.js'
import { pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { downloadWheels } from './wheel-files.js'
import { inWorkDirectory } from './work-directory.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'onnx-tests.txt')
const script = inRepository('scripts', 'setup', 'unpack_wheel_folder.py')
const contents = join(onnxTestsDirectory, 'contents.txt')

/** ONNX's own tests of its operators: a model each, with inputs and the outputs it has to give. */
export const onnxTestsStep: Step = {
  name: 'onnx-tests',
  after: [pythonStep],
  tools: ['python'],
  // The list of the cases stands for the thousands of files beside it.
  plan: async () => ({ key: [], inputs: [requirements, script], outputs: [contents] }),
  make: async () => {
    await inWorkDirectory(async (work) => {
      const fresh = join(work, 'cases')
      await downloadWheels(requirements, work)
      await runPython([script, work, 'onnx', 'onnx/backend/test/data/node', fresh])
      await rm(onnxTestsDirectory, { recursive: true, force: true })
      await rename(fresh, onnxTestsDirectory)
    })
    const cases = (await readFile(contents, 'utf8')).trimEnd().split('\n')
    return `${cases.length} tests of ONNX's operators`
  },
}
