/**
 * Records the golden outputs of EfficientNet-Lite0 anew: `tsx scripts/setup/record-golden.ts`; of another model by its name:
 * `tsx scripts/setup/record-golden.ts efficientnet_lite1`. Only for a change of the model that is meant; look at the difference in
 * git before committing it.
 */
import { makeClassic } from './bench-models.js'
import { classics } from './classics.js'
import { runCommand } from './command.js'
import { makeModels } from './models.js'
import { repositoryRoot } from './paths.js'
import { photosStep } from './photos.js'
import { SetupError } from './setup-error.js'
import { runSteps } from './step.js'

async function record(name: string | undefined): Promise<string> {
  if (name === undefined) return await makeModels({ record: true })
  const classic = classics.find((candidate) => candidate.name === name && candidate.lite !== undefined)
  if (classic === undefined) throw new SetupError(`There are no golden outputs of "${name}".`)
  return await makeClassic(classic, true)
}

await runSteps([photosStep])
console.log(await record(process.argv[2]))
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden'], { cwd: repositoryRoot })
