/**
 * Records the golden outputs of an ONNX classifier with random weights anew: `tsx scripts/setup/record-onnx-golden.ts alexnet`. Only for a
 * change of the model that is meant; look at the difference in git before committing it.
 */
import { runCommand } from './command.js'
import { makeOnnxClassic, onnxClassics } from './onnx-classics.js'
import { onnxruntimeEnvironmentStep } from './onnxruntime-environment.js'
import { repositoryRoot } from './paths.js'
import { SetupError } from './setup-error.js'
import { runSteps } from './step.js'

const name = process.argv[2]
const classic = onnxClassics.find((candidate) => candidate.name === name)
if (classic === undefined) throw new SetupError(`There are no golden outputs of "${name}".`)
await runSteps([onnxruntimeEnvironmentStep])
console.log(await makeOnnxClassic(classic, true))
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden'], { cwd: repositoryRoot })
