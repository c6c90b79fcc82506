// What a process's memory comes to: `node --expose-gc memory.mjs rounds|runs COUNT MODEL…`. Prints the resident set, in bytes, after
// each twentieth of the work, as a JSON list. JavaScript, so that nobody's loader is in the process.
import { setTimeout } from 'node:timers/promises'
import { Session } from '@edge/runtime'

const [kind, text, ...models] = process.argv.slice(2)
const count = Number(text)
const SAMPLES = 20

/** Opens, runs and disposes of a model. */
async function round(model) {
  const session = await Session.open(model, { threads: 1 })
  await session.run()
  await session.dispose()
}

async function measured(work) {
  const sizes = []
  for (let i = 1; i <= count; i++) {
    await work(i)
    if (i % Math.ceil(count / SAMPLES) !== 0) continue
    // Finalizers run after a turn of the loop, and what V8 collects another of its threads gives back.
    for (let turn = 0; turn < 4; turn++) {
      globalThis.gc()
      await setTimeout(10)
    }
    sizes.push(process.memoryUsage.rss())
  }
  console.log(JSON.stringify(sizes))
}

if (kind === 'rounds') await measured((i) => round(models[i % models.length]))
else {
  const sessions = await Promise.all(models.map((model) => Session.open(model, { threads: 1 })))
  await measured((i) => sessions[i % sessions.length].run())
  await Promise.all(sessions.map((session) => session.dispose()))
}
