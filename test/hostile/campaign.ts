/**
 * `tsx test/hostile/campaign.ts --count 20000 --seed 1`: mutants of small models through validation and TensorFlow Lite's library, and
 * what came of them. See README.md.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runAsProgram } from '../../scripts/run-as-program.js'
import { runCampaign } from './campaign-run.js'
import { Mutator } from './mutants.js'
import { describeCampaign } from './report.js'
import { loadSeeds } from './seeds.js'

const usage = `tsx test/hostile/campaign.ts [--count N] [--seed N] [--lanes N] [--without-validation] [--seeds FOLDER]… [--save FOLDER] [--mutant N]

  --count N             how many mutants (1000)
  --seed N              which ones (1)
  --lanes N             how many at a time (1)
  --without-validation  give the library what validation would refuse as well
  --seeds FOLDER        more models to make mutants of; may be given several times
  --save FOLDER         write the mutants that crash or hang there
  --mutant N            write that mutant alone to the folder of --save, and run nothing`

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '1' },
      'without-validation': { type: 'boolean', default: false },
      seeds: { type: 'string', multiple: true, default: [] },
      save: { type: 'string' },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const seeds = loadSeeds(values.seeds)
  const seed = Number(values.seed)
  const save = (id: number, bytes: Uint8Array): void => {
    if (values.save !== undefined) writeFileSync(join(values.save, `${seed}-${id}.tflite`), bytes)
  }
  if (values.mutant !== undefined) {
    const { id, seedName, what, bytes } = new Mutator(seeds, seed).mutant(Number(values.mutant))
    console.log(`${id} ${seedName} (${what})`)
    save(id, bytes)
    return
  }
  console.log(`seed ${seed}, mutants of ${seeds.length} models`)
  const result = await runCampaign({
    seeds,
    seed,
    count: Number(values.count),
    lanes: Number(values.lanes),
    validate: !values['without-validation'],
    onProgress: (done) => console.error(`${done} mutants`),
  })
  for (const { mutant } of [...result.incidents, ...result.faults]) save(mutant.id, mutant.bytes)
  console.log(describeCampaign(result))
})
