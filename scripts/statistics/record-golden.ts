/**
 * Records what NumPy and SciPy say to the cases that `@edge/bench`'s statistics are held against: `tsx scripts/statistics/record-golden.ts`.
 * Only for other cases, or other versions; look at the difference in git before committing it.
 */
import { join } from 'node:path'
import { runAsProgram } from '../run-as-program.js'
import { runCommand } from '../setup/command.js'
import { cacheDirectory, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runSteps } from '../setup/step.js'
import { runPythonIn, virtualEnvironmentStep } from '../setup/virtual-environment.js'

const environment = join(cacheDirectory, 'python', 'statistics')
const golden = inRepository('test', 'golden', 'statistics')

runAsProgram(import.meta.url, async () => {
  const requirements = inRepository('scripts', 'statistics', 'requirements.txt')
  await runSteps([virtualEnvironmentStep('statistics', environment, requirements)])
  console.log(await runPythonIn(environment, [inRepository('scripts', 'statistics', 'golden.py'), golden]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', golden], { cwd: repositoryRoot })
})
