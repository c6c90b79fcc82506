// A subject that does as its first argument says, for tests of whoever talks to it.
import { createInterface } from 'node:readline'

const [, , behaviour = 'well', latency = '1'] = process.argv
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
const onRun = {
  crash: () => {
    process.stderr.write('about to crash\n')
    process.kill(process.pid, 'SIGSEGV')
  },
  exit: () => process.exit(3),
  hang: () => {},
  garbage: () => process.stdout.write('Segmentation fault, or so\n'),
  outside: () => say({ answer: 'ran', samplesMs: ['fast'] }),
  other: () => say({ answer: 'loaded', version: 'x', loadMs: 1, firstRunMs: 1 }),
  twice: () => {
    say({ answer: 'failed', code: 'X', message: 'x' })
    say({ answer: 'failed', code: 'X', message: 'x' })
  },
  refuse: () => say({ answer: 'failed', code: 'INFERENCE_FAILED', message: 'no such operator' }),
}

let now = 0
for await (const line of createInterface({ input: process.stdin })) {
  const { ask, images } = JSON.parse(line)
  if (ask === 'load') say({ answer: 'loaded', version: 'fake 1.0', loadMs: 5, firstRunMs: 2 })
  else if (ask === 'end') say({ answer: 'ended' })
  else if (ask === 'run' && behaviour in onRun) onRun[behaviour]()
  else if (ask === 'run') {
    const beginsMs = images.map(() => {
      now += Number(latency)
      return now
    })
    const samplesMs = images.map(() => Number(latency))
    say({ answer: 'ran', samplesMs, beginsMs, nowMs: now, peakRssBytes: 1e6 })
  } else say({ answer: 'classified', pictures: [] })
}
