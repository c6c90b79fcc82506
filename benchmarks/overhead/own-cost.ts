/**
 * `pnpm bench:own-cost`: what measuring costs. An inference that does nothing, measured: in the subject, where a sample's cost falls between
 * inferences and, in part, into what is measured; and by the runner, which reads the samples after a turn, when nothing is measured.
 */
import {
  drive,
  figureText,
  type Inference,
  type Interval,
  intervalFigure,
  median,
  medianOfRounds,
  SubjectProcess,
} from '@edge/bench'
import { writeResults } from '../measure/result-file.js'

const ROUNDS = 60
const RUNS = 20_000
const MOST_US = 2

const nothing = { prepare: () => {}, run: async () => {} }
const kinds: Readonly<Record<string, Inference>> = {
  'on the calling thread': { ...nothing, runSync: () => {} },
  'off the calling thread': nothing,
}

interface Cost {
  readonly name: string
  readonly eachUs: Interval
}

function cost(name: string, eachUs: readonly number[]): Cost {
  return { name, eachUs: medianOfRounds(eachUs) }
}

async function subjectCosts(name: string, inference: Inference): Promise<Cost[]> {
  const images = new Array<number>(RUNS).fill(0)
  const [wholeUs, insideUs]: [number[], number[]] = [[], []]
  for (let round = -3; round < ROUNDS; round++) {
    const begin = performance.now()
    const { samplesMs } = await drive({ images, inFlight: 1 }, inference)
    const whole = performance.now() - begin
    if (round < 0) continue
    wholeUs.push((whole * 1000) / RUNS)
    insideUs.push(median(samplesMs) * 1000)
  }
  return [cost(`a sample, ${name}`, wholeUs), cost(`of that within what is measured, ${name}`, insideUs)]
}

/** From the question to the checked answer, less what the runs themselves take. */
async function runnerCost(): Promise<Cost> {
  const program = new URL('nothing-subject.ts', import.meta.url).pathname
  const subject = new SubjectProcess({
    name: 'nothing',
    command: process.execPath,
    args: ['--import', 'tsx', program],
  })
  const limits = { timeoutMs: 60_000 }
  const images = new Array<number>(RUNS).fill(0)
  const eachUs: number[] = []
  try {
    for (let round = -3; round < ROUNDS; round++) {
      const begin = performance.now()
      const { samplesMs } = await subject.run({ images, inFlight: 1 }, limits)
      const whole = performance.now() - begin - samplesMs.reduce((sum, ms) => sum + ms, 0)
      if (round >= 0) eachUs.push((whole * 1000) / RUNS)
    }
  } finally {
    await subject.end()
  }
  return cost('telling the runner of a sample, after the turn', eachUs)
}

const costs: Cost[] = []
for (const [name, inference] of Object.entries(kinds)) costs.push(...(await subjectCosts(name, inference)))
costs.push(await runnerCost())
const width = Math.max(...costs.map(({ name }) => name.length))
for (const { name, eachUs } of costs) {
  console.log(`${name.padEnd(width)}  ${figureText(intervalFigure(eachUs))} µs`)
}
const missed = costs.filter(({ name, eachUs }) => name.startsWith('a sample') && eachUs.high > MOST_US)
for (const { name } of missed) console.log(`MISSES ${MOST_US} µs: ${name}`)
console.log(`Written to ${await writeResults('own-cost', { costs, mostUs: MOST_US })}`)
if (missed.length > 0) process.exitCode = 1
