/**
 * Records anew what Python says is on the photographs and the wallpapers, whole and in crops:
 * `tsx scripts/setup/record-accuracy-golden.ts`. Only for a change of the models, of Pillow or of the crops; look at the difference in git
 * before committing it.
 */
import { join } from 'node:path'
import { runCommand } from './command.js'
import {
  accuracyGoldenDirectory,
  cropsStep,
  labelledSet,
  type PictureSet,
  photographSet,
  wallpaperCropsStep,
  wallpaperSet,
} from './crops.js'
import { modelFiles, modelsStep } from './models.js'
import { cacheDirectory, efficientnetDirectory, repositoryRoot } from './paths.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'
import { runSteps } from './step.js'

await runSteps([modelsStep, cropsStep, wallpaperCropsStep])
const recordings: readonly [way: 'crop' | 'stretch', set: PictureSet][] = [
  ['crop', photographSet()],
  ['crop', wallpaperSet()],
  ['stretch', labelledSet()],
]
for (const [way, { name, pictures, crops }] of recordings) {
  const printed = await runPython([
    inRepository('scripts', 'models', 'accuracy', 'classify.py'),
    way,
    join(accuracyGoldenDirectory, `${name}.json`),
    join(efficientnetDirectory, modelFiles.fp32),
    join(efficientnetDirectory, modelFiles.int8),
    cacheDirectory,
    ...pictures,
    ...crops,
  ])
  console.log(printed.trimEnd())
}
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden/accuracy'], {
  cwd: repositoryRoot,
})
