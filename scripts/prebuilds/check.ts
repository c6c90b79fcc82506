/**
 * Run by `prepublishOnly` of @edge/native: what is published has the addon of every platform, and each was built from the
 * present sources.
 */
import { runAsProgram } from '../run-as-program.js'
import { SetupError } from '../setup/setup-error.js'
import { isCurrent } from '../setup/stamp.js'
import { prebuildStep } from './build.js'
import { prebuildLabel, prebuildPath, prebuildTargets } from './target.js'
import { verifyPrebuild } from './verify.js'

runAsProgram(import.meta.url, async () => {
  for (const target of prebuildTargets) {
    const step = prebuildStep(target)
    const plan = await step.plan()
    if (plan === undefined || !(await isCurrent(step.name, plan))) {
      throw new SetupError(
        `${prebuildLabel(target)} is missing, or not built from the present sources. Run \`pnpm prebuilds\`.`,
      )
    }
    await verifyPrebuild(prebuildPath(target), target)
  }
})
