/**
 * Records which of ONNX's tests Python's onnxruntime fails: `tsx scripts/onnx-tests/record-reference.ts`. Needed when either is to be of
 * another version, which `requirements.txt` here, onnxruntime-node and the step `onnx-tests` have to agree on.
 */
import { join } from 'node:path'
import { runAsProgram } from '../run-as-program.js'
import { writeFileAtomically } from '../setup/atomic-write.js'
import { runCommand } from '../setup/command.js'
import { onnxTestsStep } from '../setup/onnx-tests.js'
import { cacheDirectory, onnxTestsDirectory, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runSteps } from '../setup/step.js'
import { runPythonIn, virtualEnvironmentStep } from '../setup/virtual-environment.js'

const environment = join(cacheDirectory, 'python', 'onnx')
const requirements = inRepository('scripts', 'onnx-tests', 'requirements.txt')
const result = inRepository('packages', 'runtime', 'test', 'onnx-node-tests', 'reference.json')

runAsProgram(import.meta.url, async () => {
  await runSteps([onnxTestsStep, virtualEnvironmentStep('onnx', environment, requirements)])
  const script = inRepository('scripts', 'onnx-tests', 'reference.py')
  await writeFileAtomically(result, await runPythonIn(environment, [script, onnxTestsDirectory]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', result], { cwd: repositoryRoot })
})
