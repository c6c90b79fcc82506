/**
 * Records which of ONNX's tests Python's onnxruntime fails: `tsx scripts/onnx-tests/record-reference.ts`. Needed when either is to be of
 * another version, which `requirements.txt` here, onnxruntime-node and the step `onnx-tests` have to agree on.
 */
import { runAsProgram } from '../run-as-program.js'
import { writeFileAtomically } from '../setup/atomic-write.js'
import { runCommand } from '../setup/command.js'
import { onnxTestsStep } from '../setup/onnx-tests.js'
import { onnxruntimeEnvironment, onnxruntimeEnvironmentStep } from '../setup/onnxruntime-environment.js'
import { onnxTestsDirectory, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runSteps } from '../setup/step.js'
import { runPythonIn } from '../setup/virtual-environment.js'

const result = inRepository('packages', 'runtime', 'test', 'onnx-node-tests', 'reference.json')

runAsProgram(import.meta.url, async () => {
  await runSteps([onnxTestsStep, onnxruntimeEnvironmentStep])
  const script = inRepository('scripts', 'onnx-tests', 'reference.py')
  await writeFileAtomically(result, await runPythonIn(onnxruntimeEnvironment, [script, onnxTestsDirectory]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', result], { cwd: repositoryRoot })
})
