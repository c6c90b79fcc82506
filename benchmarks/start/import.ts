/** `pnpm bench:import`: importing @edge/trt against importing onnxruntime-node, each in a process of its own. */
import { pythonEnvironment } from '../../scripts/setup/paths.js'
import { interpreterIn } from '../../scripts/setup/virtual-environment.js'
import { writeResults } from '../measure/result-file.js'
import { measureSides, meetsBars, type Side, sidesTable } from './sides.js'
import { Spawner } from './spawner.js'

const ROUNDS = 40
const BARS = { inside: 1.5, exit: 1.5 } as const

const child = new URL('children/import.mjs', import.meta.url).pathname
const importing = (name: string, bars?: Side['bars']): Side => ({
  name,
  command: [process.execPath, child, name],
  ...(bars && { bars }),
})

const spawner = new Spawner(interpreterIn(pythonEnvironment))
const sides = await measureSides(
  spawner,
  [importing('@edge/trt'), importing('onnxruntime-node', BARS), importing('sharp'), importing('node:fs')],
  { rounds: ROUNDS, quantities: ['inside', 'exit', 'processor', 'peakMemory'] },
)
spawner.close()
console.log(sidesTable(sides))
console.log(`Written to ${await writeResults('import', { rounds: ROUNDS, sides })}`)
if (!sides.every(meetsBars)) process.exitCode = 1
