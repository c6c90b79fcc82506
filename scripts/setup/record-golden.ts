/**
 * Records the golden outputs of EfficientNet-Lite0 anew: `tsx scripts/setup/record-golden.ts`. Only for a change of the
 * model that is meant; look at the difference in git before committing it.
 */
import { runCommand } from './command.js'
import { makeModels } from './models.js'
import { repositoryRoot } from './paths.js'
import { photosStep } from './photos.js'
import { runSteps } from './step.js'

await runSteps([photosStep])
console.log(await makeModels({ record: true }))
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden'], { cwd: repositoryRoot })
