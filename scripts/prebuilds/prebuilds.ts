/**
 * `pnpm prebuilds [linux-x64] [linux-arm64]`: builds the addons that are published, into native/prebuilds. Each is built
 * again only when its sources, the compiler or these scripts changed.
 */

import { runAsProgram } from '../run-as-program.js'
import { reportLine } from '../setup/setup.js'
import { runSteps } from '../setup/step.js'
import { requireNode } from '../setup/system.js'
import { prebuildStep } from './build.js'
import { type PrebuildTarget, prebuildTargets, targetNamed } from './target.js'

/** Builds the addon of each target. */
export async function makePrebuilds(targets: readonly PrebuildTarget[]): Promise<void> {
  requireNode()
  await runSteps(targets.map(prebuildStep), (report) => console.log(reportLine(report)))
}

runAsProgram(import.meta.url, async () => {
  const names = process.argv.slice(2)
  await makePrebuilds(names.length === 0 ? prebuildTargets : names.map(targetNamed))
})
