/**
 * `pnpm lint`: everything that reads the sources and builds nothing. `--fix` writes what the formatters would have, and
 * `--only clang-tidy,…` runs some of the linters.
 */
import { parseArgs } from 'node:util'
import { apiFindings } from './docs/api-reference.js'
import { clangStep, formatCpp, tidyCpp } from './linting/clang.js'
import { unportableLines } from './linting/tracked-files.js'
import { runLogged } from './programs/logged-program.js'
import { runAsProgram } from './run-as-program.js'
import { reportLine } from './setup/setup.js'
import { SetupError } from './setup/setup-error.js'
import { inRepository } from './setup/stamp.js'
import { runSteps } from './setup/step.js'
import { tensorrtHeadersStep } from './setup/tensorrt-headers.js'
import { requireTools } from './setup/tools.js'

interface Linter {
  readonly name: string
  /** Returns what it found. */
  readonly run: (fix: boolean) => Promise<readonly string[]>
}

const linters: readonly Linter[] = [
  {
    name: 'biome',
    run: async (fix) => {
      const program = inRepository('node_modules', '.bin', 'biome')
      const end = await runLogged(
        'biome',
        program,
        fix ? ['check', '--write', '.'] : ['ci', '--colors=off', '.'],
      )
      return end.succeeded ? [] : [end.output.trim()]
    },
  },
  { name: 'portable', run: () => unportableLines() },
  { name: 'tsdoc', run: () => apiFindings() },
  { name: 'clang-format', run: (fix) => formatCpp({ check: !fix }) },
  {
    name: 'clang-tidy',
    run: async () => {
      await requireTools(['cmake', 'c++', 'make', 'googletest'])
      return tidyCpp()
    },
  },
]

async function lint(chosen: readonly Linter[], fix: boolean): Promise<boolean> {
  let clean = true
  for (const linter of chosen) {
    const start = performance.now()
    const findings = await linter.run(fix)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(
      `${linter.name.padEnd(12)} ${seconds.padStart(6)} s  ${findings.length === 0 ? 'ok' : 'findings:'}`,
    )
    for (const finding of findings) console.log(finding)
    clean &&= findings.length === 0
  }
  return clean
}

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({ options: { fix: { type: 'boolean' }, only: { type: 'string' } } })
  const names = values.only?.split(',')
  const chosen = linters.filter(({ name }) => names === undefined || names.includes(name))
  if (chosen.length === 0) {
    throw new SetupError(`Known linters: ${linters.map(({ name }) => name).join(', ')}.`)
  }
  await runSteps([clangStep, tensorrtHeadersStep], (report) => console.log(reportLine(report)))
  if (!(await lint(chosen, values.fix === true))) process.exitCode = 1
})
