/**
 * Records the golden outputs of the test models anew: `tsx scripts/setup/record-runtime-golden.ts`. Only for a change of these
 * models that is meant; look at the difference in git before committing it.
 */
import { runCommand } from './command.js'
import { modelsStep } from './models.js'
import { onnxModulesStep } from './onnx-modules.js'
import { repositoryRoot } from './paths.js'
import { runSteps } from './step.js'
import { makeTestModels } from './test-models.js'

await runSteps([modelsStep, onnxModulesStep])
console.log(await makeTestModels({ record: true }))
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden/runtime'], {
  cwd: repositoryRoot,
})
