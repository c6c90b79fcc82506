/**
 * `pnpm test`: the fast tier; `--full` adds what `pnpm test:full` runs besides, `--only-extra` runs that alone. The last line is
 * `N passed, N failed`, over all runners.
 */
import { parseArgs } from 'node:util'
import { runAsProgram } from './run-as-program.js'
import { total } from './testing/outcome.js'
import { runParts } from './testing/part.js'
import { summaryText } from './testing/summary.js'
import { extraTier, fastTier, fullTier } from './testing/tiers.js'

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({
    options: { full: { type: 'boolean' }, 'only-extra': { type: 'boolean' } },
  })
  const parts = values['only-extra'] === true ? extraTier : values.full === true ? fullTier : fastTier
  const reports = await runParts(parts)
  const { passed, failed } = total(reports.map((report) => report.outcome))
  if (failed > 0 || passed === 0) process.exitCode = 1
  console.log(summaryText(reports))
})
