/**
 * `tsx test/hostile/pictures/campaign.ts --count 2000 --seed 1`: mutants of pictures through `classifyMany` and `preprocess`, and what
 * came of them. See ../README.md.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runAsProgram } from '../../../scripts/run-as-program.js'
import { runPictureCampaign } from './campaign-run.js'
import { type Mutant, PictureMutator } from './mutants.js'
import { describePictures } from './report.js'
import { loadSeeds } from './seeds.js'

const usage = `tsx test/hostile/pictures/campaign.ts [--count N] [--seed N] [--fill] [--save FOLDER] [--mutant N]

  --count N      how many mutants (2000)
  --seed N       which ones (1)
  --fill         have glibc fill memory when it is had and freed; the sizes are larger then
  --save FOLDER  write the mutants that crash, hang or show a fault there
  --mutant N     write that mutant alone to the folder of --save, and run nothing`

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      fill: { type: 'boolean', default: false },
      save: { type: 'string' },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const seeds = await loadSeeds()
  const seed = Number(values.seed)
  const save = ({ id, format, bytes }: Mutant): void => {
    if (values.save !== undefined) writeFileSync(join(values.save, `${seed}-${id}.${format}`), bytes)
  }
  if (values.mutant !== undefined) {
    const mutant = new PictureMutator(seeds, seed).mutant(Number(values.mutant))
    console.log(`${mutant.id} ${mutant.seedName} (${mutant.what})`)
    save(mutant)
    return
  }
  console.log(`seed ${seed}, mutants of ${seeds.length} pictures`)
  const result = await runPictureCampaign({
    seeds,
    seed,
    count: Number(values.count),
    fill: values.fill,
    onProgress: (done) => console.error(`${done} mutants`),
  })
  for (const { mutant } of [...result.incidents, ...result.faults]) save(mutant)
  console.log(describePictures(result))
})
