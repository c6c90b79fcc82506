/**
 * Records anew what Pillow and TensorFlow make of the photographs: `tsx scripts/setup/record-resize-golden.ts`. Only for another version
 * of either, or other cases; look at the difference in git before committing it.
 */
import { join } from 'node:path'
import { runCommand } from './command.js'
import { photographsDirectory, repositoryRoot } from './paths.js'
import { photosStep } from './photos.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'
import { runSteps } from './step.js'

const golden = inRepository('test', 'golden', 'resize')

await runSteps([photosStep])
console.log(
  await runPython([
    inRepository('scripts', 'models', 'resize', 'make.py'),
    photographsDirectory,
    ...['resize.json', 'presets.json'].map((file) => join(golden, file)),
  ]),
)
await runCommand('pnpm', ['exec', 'biome', 'format', '--write', 'test/golden/resize'], {
  cwd: repositoryRoot,
})
