/** Writes suite.schema.json, by which editors complete and check suites: `tsx benchmarks/suites/write-schema.ts`. */
import { writeFile } from 'node:fs/promises'
import { suiteJsonSchema } from '../../packages/bench/src/suite/read.js'

const path = new URL('suite.schema.json', import.meta.url)
await writeFile(path, `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`)
