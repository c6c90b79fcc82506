/**
 * Records what MLPerf's own load generator says of systems of known service times: `tsx scripts/loadgen/record-golden.ts`. Takes half a minute,
 * on a machine that has nothing else to do. Only for another version of it; look at the difference in git before committing it.
 */
import { runAsProgram } from '../run-as-program.js'
import { recordPythonGolden } from '../setup/record-python-golden.js'

runAsProgram(import.meta.url, () => recordPythonGolden('loadgen'))
