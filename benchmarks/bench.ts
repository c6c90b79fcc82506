/**
 * `pnpm bench`: lists the suites. `pnpm bench NAME`: runs one, and keeps its reports in `benchmarks/results`. The exit code is 1 where
 * something failed, or a bar of the suite is not met.
 *
 *   pnpm bench tflite-classics
 *   pnpm bench variants normal.tflite quantized.tflite --images mnist --labels classes.tsv
 *   pnpm bench peers --rounds 5 --out /tmp/peers
 *   pnpm bench tensorrt-classics --backend onnxruntime --out /tmp/classics   (without a GPU: as the models are)
 */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { runAsProgram } from '../scripts/run-as-program.js'
import { namedSuite, runSuite, suitesDirectory } from './run-suite.js'

runAsProgram(import.meta.url, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string' },
      images: { type: 'string' },
      labels: { type: 'string' },
      out: { type: 'string' },
      runs: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      resume: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [name, ...models] = positionals
  if (name === undefined || values.help === true) return await listSuites()
  await runSuite(await namedSuite(basename(name, '.yaml')), { ...values, models })
})

async function listSuites(): Promise<void> {
  const files = readdirSync(suitesDirectory).filter((file) => file.endsWith('.yaml'))
  const suites = await Promise.all(files.map((file) => namedSuite(basename(file, '.yaml'))))
  const rows = suites.map(({ suite }) => [suite.name, suite.title])
  console.log(rows.map(([name = '', title = '']) => `${name.padEnd(20)}${title}`).join('\n'))
  console.log(
    '\npnpm bench SUITE [MODEL…] [--backend NAME] [--images DIR] [--labels FILE] [--runs N] [--rounds N] [--seconds S] [--seed N] [--out DIR] [--resume]',
  )
}
