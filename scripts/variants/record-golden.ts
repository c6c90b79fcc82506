/**
 * Records what NumPy says of the layers of EfficientNet-Lite0, which `@edge/bench`'s comparison of variants is held against:
 * `tsx scripts/variants/record-golden.ts`. Only for other models; look at the difference in git before committing it.
 */
import { runAsProgram } from '../run-as-program.js'
import { runCommand } from '../setup/command.js'
import { efficientnetDirectory, pythonEnvironment, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runPythonIn } from '../setup/virtual-environment.js'

const golden = inRepository('test', 'golden', 'variants', 'lite0-layers.json')

runAsProgram(import.meta.url, async () => {
  const script = inRepository('scripts', 'variants', 'golden.py')
  console.log(await runPythonIn(pythonEnvironment, [script, efficientnetDirectory, golden]))
  await runCommand('pnpm', ['exec', 'biome', 'format', '--write', golden], { cwd: repositoryRoot })
})
