import { join } from 'node:path'
import { runCommand } from './command.js'
import { cacheDirectory, repositoryRoot } from './paths.js'
import { inRepository } from './stamp.js'
import { runSteps } from './step.js'
import { runPythonIn, virtualEnvironmentStep } from './virtual-environment.js'

/**
 * Has `scripts/<name>/golden.py` write `test/golden/<name>`, in an environment of its own with what `scripts/<name>/requirements.txt` pins.
 */
export async function recordPythonGolden(name: string): Promise<void> {
  const environment = join(cacheDirectory, 'python', name)
  const golden = inRepository('test', 'golden', name)
  const requirements = inRepository('scripts', name, 'requirements.txt')
  await runSteps([virtualEnvironmentStep(name, environment, requirements)])
  console.log(await runPythonIn(environment, [inRepository('scripts', name, 'golden.py'), golden]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', golden], { cwd: repositoryRoot })
}
