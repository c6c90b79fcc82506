// A process that starts a sampler and forgets about it. Says the process id of the sampler's program.
// With "end" it has nothing else to do, and the program would not notice its end; with "stay" it stays until it is killed.
import { readFile } from 'node:fs/promises'
import { Sampler } from '../../src/telemetry/sampler.js'
import { pc } from './machines.js'
import { makeMachine, realPrograms } from './make-machine.js'

const lines = ['0, 1807, 93, 66, 151.25, 0x0000000000000000']
const programs = { 'nvidia-smi': { lines, silent: process.argv[2] === 'end' } }
const { roots, remove } = await makeMachine(pc, programs, realPrograms)
const sampler = new Sampler({ roots, intervalMs: 50 })
await sampler.start()
while (sampler.readings.at(-1)?.gpuMhz === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
await remove()
const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
console.log(children.trim().split(' ').at(-1))
if (process.argv[2] === 'stay') setInterval(() => {}, 1000)
