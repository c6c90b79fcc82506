/**
 * Records anew what Python answers to the trained models of `@mediapipe` packages: `tsx scripts/setup/record-third-party-golden.ts`.
 * Only after a change of their versions; look at the difference in git before committing it.
 */
import { join } from 'node:path'
import { runCommand } from './command.js'
import { modelsStep } from './models.js'
import { efficientnetDirectory, repositoryRoot } from './paths.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'
import { runSteps } from './step.js'
import { runtimeGoldenDirectory } from './test-models.js'
import { thirdPartyModels } from './third-party-models.js'

await runSteps([modelsStep])
await runPython([
  inRepository('scripts', 'models', 'test-models', 'third_party.py'),
  ...['--picture', join(efficientnetDirectory, 'inputs', 'chelsea.png')],
  ...['--golden', join(runtimeGoldenDirectory, 'third-party.json')],
  ...thirdPartyModels(),
])
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden/runtime'], {
  cwd: repositoryRoot,
})
