// A subject that does as its arguments say, for tests of whoever talks to it: what it does, how many milliseconds a run takes, and more as JSON.
//
// - log: a file that takes a line for each request, and for its end.
// - at: from which run request on it does what it does; the first by default.
// - noise: takes a round's and a sample's time up and down, by a seed.
// - waitMs: how long it really takes to answer a run.
// - real: it really takes as long as it says.
// - slowWarmUp: how many times as long its first request's runs take.
// - undecodable: pictures that it cannot decode.
// - classes: of each picture.
// - buildMs: how long it really builds, where it builds what it loads.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const [, , behaviour = 'well', latency = '1', more = '{}'] = process.argv
const {
  log,
  at = 1,
  noise,
  waitMs = 0,
  real,
  slowWarmUp = 1,
  undecodable = [],
  classes,
  version = 'fake 1.0',
  buildMs = 0,
} = JSON.parse(more)
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
const fail = (code, message, image) => say({ answer: 'failed', code, message, image })
const write = (line) => log && appendFileSync(log, `${JSON.stringify({ pid: process.pid, ...line })}\n`)

const hang = () => sleep(600_000)
const onRun = {
  crash: () => {
    process.stderr.write('about to crash\n')
    process.kill(process.pid, 'SIGSEGV')
  },
  'crash-with-words': () => {
    for (let line = 1; line <= 30; line += 1) process.stderr.write(`line ${line}\n`)
    process.kill(process.pid, 'SIGSEGV')
  },
  exit: () => process.exit(3),
  hang,
  garbage: () => process.stdout.write('Segmentation fault, or so\n'),
  outside: () => say({ answer: 'ran', samplesMs: ['fast'] }),
  few: ({ images }) => {
    const one = images.slice(1).map(() => 1)
    say({ answer: 'ran', samplesMs: one, beginsMs: one, nowMs: 1, peakRssBytes: 1 })
  },
  other: () => say({ answer: 'loaded', version: 'x', loadMs: 1, firstRunMs: 1 }),
  twice: () => {
    const answer = `${JSON.stringify({ answer: 'failed', code: 'X', message: 'x' })}\n`
    process.stdout.write(answer + answer)
  },
  refuse: () => fail('INFERENCE_FAILED', 'no such operator'),
}
const onLoad = {
  'refuse-load': () => fail('MODEL_INVALID', 'no flatbuffer'),
  'hang-load': hang,
  'crash-load': () => process.exit(4),
  // Two words of it before each answer: the second process finds what the first has built.
  build: async () => {
    if (existsSync(`${log}.built`)) return say({ answer: 'loaded', version, loadMs: 5, firstRunMs: 2 })
    for (const fraction of [0.25, 0.75]) {
      await sleep(buildMs / 3)
      say({ answer: 'building', fraction, phases: ['tactics'], elapsedMs: fraction * buildMs })
    }
    await sleep(buildMs / 3)
    writeFileSync(`${log}.built`, '')
    say({ answer: 'loaded', version, loadMs: buildMs, firstRunMs: 2, built: true })
  },
  'build-always': () => say({ answer: 'loaded', version, loadMs: 5, firstRunMs: 2, built: true }),
  'build-and-hang': () => {
    say({ answer: 'building', fraction: 0.5, phases: [], elapsedMs: 1 })
    return hang()
  },
}
const onClassify = {
  'refuse-classes': () => fail('Error', 'it takes no pictures'),
  'crash-classes': () => process.exit(5),
}

// Numerical Recipes' generator; twelve uniform numbers make one that is about normal.
let state = noise?.seed ?? 0
function uniform() {
  state = (Math.imul(1664525, state) + 1013904223) >>> 0
  return state / 2 ** 32
}
const normal = () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6)

let now = 0
let requests = 0

async function run({ images, arrivalsMs, inFlight }) {
  const bad = images.find((image) => undecodable.includes(image))
  if (bad !== undefined) return fail('IMAGE_INVALID', `picture ${bad} is no picture`, bad)
  const round = noise === undefined ? 1 : Math.exp(noise.round * normal())
  const begin = now
  let group = now
  const beginsMs = []
  const samplesMs = images.map((_, index) => {
    const ms =
      Number(latency) *
      (requests === 1 ? slowWarmUp : 1) *
      round *
      (noise === undefined ? 1 : Math.exp(noise.sample * normal()))
    if (index % inFlight === 0) group = now
    const due = arrivalsMs === undefined ? group : begin + arrivalsMs[index]
    // One after another, whenever they come.
    now = Math.max(now, due) + ms
    beginsMs.push(due)
    return now - due
  })
  if (real) await sleep(Math.ceil(now - begin))
  say({ answer: 'ran', samplesMs, beginsMs, nowMs: now, peakRssBytes: 1e6 })
}

const answers = {
  load: onLoad[behaviour] ?? (() => say({ answer: 'loaded', version, loadMs: 5, firstRunMs: 2 })),
  run: (request) => {
    requests += 1
    if (requests >= at && behaviour in onRun) return onRun[behaviour](request)
    return run(request)
  },
  classify:
    onClassify[behaviour] ??
    (() =>
      say({
        answer: 'classified',
        pictures: (classes ?? []).map((index, picture) =>
          undecodable.includes(picture)
            ? { error: { code: 'IMAGE_INVALID', message: `picture ${picture} is no picture` } }
            : { classes: [{ index, score: 0.5 }] },
        ),
      })),
  end: () => {
    if (behaviour === 'never-end') return hang()
    return say({ answer: 'ended' })
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  write(request)
  if (request.ask === 'run' && waitMs > 0) await sleep(waitMs)
  await answers[request.ask](request)
}
write({ ask: 'gone' })
if (behaviour === 'never-exit') await hang()
