// Runs a benchmark of fake subjects for a long time, for a test that ends it: the log's directory, and the model's file.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { casesOf, parseSuite, runBenchmark } from '../../dist/index.js'

const [, , directory, file] = process.argv
const fake = fileURLToPath(new URL('../subject/fake-subject.mjs', import.meta.url))
const suite = parseSuite(
  JSON.stringify({
    name: 'long',
    title: 'Long',
    models: [
      { id: 'a', file },
      { id: 'b', file },
    ],
    backends: ['fake'],
    measure: { minRuns: 1000, rounds: 1000 },
  }),
  'long',
)
await runBenchmark({
  name: suite.name,
  cases: casesOf(suite),
  measure: suite.measure,
  endToEnd: false,
  images: [],
  seed: 1,
  telemetry: false,
  program: ({ model }) => ({
    name: 'fake',
    command: process.execPath,
    args: [fake, 'well', '1', JSON.stringify({ log: join(directory, `${model.id}.log`), waitMs: 20 })],
  }),
  modelPath: async ({ model }) => model.file,
  onProgress: ({ done }) => {
    if (done > 0) process.stdout.write('measuring\n')
  },
})
