// Ends in the way that its argument names; the model's bytes come on standard input.
import { readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, Worker } from 'node:worker_threads'
import { Session } from '../../dist/index.js'

const bytes = await buffer(process.stdin)
const open = () => Session.open(bytes, { threads: 1 })
const threads = () => readdirSync('/proc/self/task').length

const ways = {
  // Nothing is under way: the session does not keep the process alive.
  idle: async () => {
    await open()
  },
  pending: async () => {
    const session = await open()
    session.run().then(() => console.log('ran'))
  },
  exit: async () => {
    const session = await open()
    session.run()
    await sleep(20)
    process.exit(0)
  },
  // A handler of 'exit' that comes after the session's own, which keeps everybody out of onnxruntime.
  runningAtExit: async () => {
    const session = await open()
    process.on('exit', () => {
      try {
        session.runSync()
      } catch (error) {
        console.log(error.code)
      }
    })
  },
  uncaught: async () => {
    const session = await open()
    session.run()
    throw new Error('on purpose')
  },
  starved: async () => {
    await open().catch(({ code, summary }) => console.log(code, summary))
  },
  // What nobody disposed goes with the garbage.
  collected: async () => {
    await (await open()).dispose()
    const before = threads()
    for (let i = 0; i < 4; i++) await (await open()).run()
    if (threads() <= before) throw new Error('sessions have no threads')
    for (let i = 0; i < 100 && threads() > before; i++) {
      globalThis.gc()
      await sleep(50)
    }
    console.log(threads() <= before ? 'collected' : `${threads()} threads, ${before} before`)
  },
  // A worker that exits waits for its sessions; one that is terminated must have none at work: onnxruntime-node would abort.
  worker: async () => {
    for (const way of ['idle', 'exit', 'uncaught', 'resting']) {
      const worker = new Worker(new URL(import.meta.url), { argv: [way], stdin: true })
      const ended = new Promise((resolve) => {
        worker.once('exit', resolve)
        worker.once('error', resolve)
        worker.once('message', () => resolve(worker.terminate()))
      })
      worker.stdin.end(bytes)
      await ended
    }
    console.log('ended')
  },
  resting: async () => {
    const session = await open()
    await session.run()
    parentPort.postMessage('resting')
    await sleep(60_000)
  },
}

await ways[process.argv[2]]()
