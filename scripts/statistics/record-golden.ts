/**
 * Records what NumPy and SciPy say to the cases that `@edge/bench`'s statistics are held against: `tsx scripts/statistics/record-golden.ts`.
 * Only for other cases, or other versions; look at the difference in git before committing it.
 */
import { runAsProgram } from '../run-as-program.js'
import { recordPythonGolden } from '../setup/record-python-golden.js'

runAsProgram(import.meta.url, () => recordPythonGolden('statistics'))
