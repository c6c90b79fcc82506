/**
 * Records what MLPerf's own load generator says of systems of known service times: `tsx scripts/loadgen/record-golden.ts`. Takes half a minute,
 * on a machine that has nothing else to do. Only for another version of it; look at the difference in git before committing it.
 */
import { join } from 'node:path'
import { runAsProgram } from '../run-as-program.js'
import { runCommand } from '../setup/command.js'
import { cacheDirectory, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runSteps } from '../setup/step.js'
import { runPythonIn, virtualEnvironmentStep } from '../setup/virtual-environment.js'

const environment = join(cacheDirectory, 'python', 'loadgen')
const golden = inRepository('test', 'golden', 'loadgen')

runAsProgram(import.meta.url, async () => {
  const requirements = inRepository('scripts', 'loadgen', 'requirements.txt')
  await runSteps([virtualEnvironmentStep('loadgen', environment, requirements)])
  console.log(await runPythonIn(environment, [inRepository('scripts', 'loadgen', 'golden.py'), golden]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', golden], { cwd: repositoryRoot })
})
