// Four sessions of four models, all of which run at once, over and over. JavaScript, for a worker has no loader for TypeScript.
import { parentPort, workerData } from 'node:worker_threads'
import { Session } from '@edge/runtime'

const { models, pictures, rounds } = workerData
const [fp32, int8, unique, sum] = await Promise.all(
  [models.fp32, models.int8, models.unique, models.sum].map((model) => Session.open(model, { threads: 1 })),
)
const found = { fp32: new Map(), int8: new Map(), unique: [], sum: [] }

/** Runs a session on every picture, `rounds` times. */
async function classify(session, write, answers) {
  for (let round = 0; round < rounds; round++) {
    for (const [name, pixels] of Object.entries(pictures)) {
      write(session.input().data, pixels)
      await session.run()
      answers.set(name, [...(answers.get(name) ?? []), session.output().data.slice()])
    }
  }
}

const normalise = (data, pixels) => {
  for (let i = 0; i < pixels.length; i++) data[i] = (pixels[i] - 127) / 128
}

/** Runs a session for as long as the large ones do. */
async function repeat(session, values, answers, ended) {
  for (const [place, list] of values.entries()) session.input(place).data.set(list)
  while (!ended.aborted) {
    await session.run()
    answers.push([...session.output().data])
  }
}

const end = new AbortController()
const small = [
  repeat(unique, [[1, -1, 2, 0, 3, -2]], found.unique, end.signal),
  repeat(
    sum,
    [
      [1, 2, 3, 4],
      [10, 20, 30, 40],
    ],
    found.sum,
    end.signal,
  ),
]
await Promise.all([
  classify(fp32, normalise, found.fp32),
  classify(int8, (data, pixels) => data.set(pixels), found.int8),
])
end.abort()
await Promise.all(small)
await Promise.all([fp32, int8, unique, sum].map((session) => session.dispose()))
// The small ones' answers are many, and all the same: a few of them, from all over.
const some = (list) => list.filter((_, index) => index % Math.ceil(list.length / 50) === 0)
parentPort.postMessage({ ...found, unique: some(found.unique), sum: some(found.sum) })
