/**
 * Run by `prepack` of @edge/native: a tarball without this machine's addon would install and never load. That other platforms
 * lack theirs is said, and no error: whoever packs for this machine needs none. `prepublishOnly` is stricter (check.ts).
 */
import { existsSync } from 'node:fs'
import { runAsProgram } from '../run-as-program.js'
import { SetupError } from '../setup/setup-error.js'
import { prebuildLabel, prebuildPath, prebuildTargets, targetOfThisMachine } from './target.js'

runAsProgram(import.meta.url, async () => {
  const missing = prebuildTargets.filter((target) => !existsSync(prebuildPath(target)))
  const own = missing.find(({ name }) => name === targetOfThisMachine().name)
  if (own !== undefined) {
    throw new SetupError(
      `${prebuildLabel(own)} is missing: the package would not work here. Run \`npx -y pnpm@10 prebuilds\` first.`,
    )
  }
  for (const target of missing) {
    console.warn(`warning: the package will not work on ${target.name}: ${prebuildLabel(target)} is missing.`)
  }
})
