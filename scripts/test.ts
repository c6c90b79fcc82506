/**
 * `pnpm test`: the fast tier; `--full` adds what `pnpm test:full` runs besides, `--only-extra` runs that alone. The last line is
 * `N passed, N failed`, over all runners.
 */
import { parseArgs } from 'node:util'
import { runAsProgram } from './run-as-program.js'
import { SetupError } from './setup/setup-error.js'
import { requireNode } from './setup/system.js'
import { requireTools } from './setup/tools.js'
import { closingLine, oneFailed, total } from './testing/outcome.js'
import { runParts } from './testing/part.js'
import { summaryText } from './testing/summary.js'
import { extraTier, fastTier, fullTier, type Tier } from './testing/tiers.js'

/** Says everything that the machine lacks at once, before anything is fetched or built. */
async function isReady({ tools }: Tier): Promise<boolean> {
  try {
    requireNode()
    await requireTools(tools)
    return true
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`\n${error.message}\n`)
    console.log(closingLine(oneFailed))
    process.exitCode = 1
    return false
  }
}

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({
    options: { full: { type: 'boolean' }, 'only-extra': { type: 'boolean' } },
  })
  const tier = values['only-extra'] === true ? extraTier : values.full === true ? fullTier : fastTier
  if (!(await isReady(tier))) return
  const reports = await runParts(tier.parts)
  const { passed, failed } = total(reports.map((report) => report.outcome))
  if (failed > 0 || passed === 0) process.exitCode = 1
  console.log(summaryText(reports))
})
