/**
 * Records what OpenCV and the standards' formulas make of a frame of NV12: `tsx scripts/nv12/record-golden.ts`. Only for another version of
 * OpenCV, or another frame; look at the difference in git before committing it.
 */
import { runAsProgram } from '../run-as-program.js'
import { recordPythonGolden } from '../setup/record-python-golden.js'

runAsProgram(import.meta.url, () => recordPythonGolden('nv12'))
