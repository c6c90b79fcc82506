/**
 * `pnpm bench`: lists the suites. `pnpm bench SUITE`: runs one, by its name or its path; `--help` says the rest.
 *
 *   pnpm bench tflite-classics
 *   pnpm bench variants normal.tflite quantized.tflite --images mnist --labels classes.tsv
 *   pnpm bench tensorrt-classics --backend onnxruntime   (without a GPU: as the models are)
 *   pnpm bench ../mine.yaml --rounds 5 --out reports
 */
import { parseArgs } from 'node:util'
import { findSuite, listedSuites } from './find-suite.js'
import { runAsCommand } from './run-as-command.js'
import { runSuite } from './run-suite.js'
import { startDirectory } from './start-directory.js'

const HELP = `pnpm bench                        lists the suites
pnpm bench SUITE [MODEL…] [flags]  runs one: a name, or the path of a suite of your own

  MODEL…          models that the suite is to have, too
  --backend NAME  in place of the suite's, without the precisions and the devices that it names for them
  --images DIR    pictures instead of the suite's
  --labels FILE   the class of each picture: its name, a tab, the class's index
  --runs N        inferences of each case at least
  --rounds N      turns that each case gets; intervals of 95 % take 6
  --seconds S     seconds of inference of each case at least
  --seed N        of the orders and choices of a run, to repeat it
  --resume        goes on with a run that was stopped, with the same flags
  --out DIR       where the reports go; default: .cache/benchmarks/results, which git ignores
  --keep          writes to benchmarks/results, which the repository shows: whole runs on a machine that does nothing else

Paths start where you are. Exit codes: 0; 1 where something failed or a bar of the suite is missed by reliable figures or not measured; 2 where the command line makes
no sense; 130 and 143 where it was stopped.`

runAsCommand(import.meta.url, HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string' },
      images: { type: 'string' },
      labels: { type: 'string' },
      out: { type: 'string' },
      keep: { type: 'boolean' },
      runs: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      resume: { type: 'boolean' },
    },
  })
  const [name, ...models] = positionals
  if (name === undefined) return await listSuites()
  const directory = startDirectory()
  await runSuite(await findSuite(name, directory), { ...values, models, directory })
})

/** One that is broken is listed as such: the others are there all the same. */
async function listSuites(): Promise<void> {
  const suites = await listedSuites()
  const width = Math.max(...suites.map(({ name }) => name.length))
  for (const { name, title, error } of suites) {
    console.log(`${name.padEnd(width)}   ${title ?? `cannot be run: ${error?.message}`}`)
    if (error !== undefined) process.exitCode = 1
  }
  console.log('\npnpm bench SUITE runs one of them, or a file of your own. pnpm bench --help says more.')
}
