// One way for a process, or so many workers, to end: `node scenario.mjs NAME LIBRARY MODEL [WORKERS]`. JavaScript, not TypeScript, because
// what is tested is how a bare Node process ends, without a loader's threads in it.
//
// A scenario prints "started" once an inference is at work, and whatever it wants to say afterwards.
import { readFileSync } from 'node:fs'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadAddon } from '@edge/native'

const [name, library, model, workers] = isMainThread ? process.argv.slice(2) : workerData
const addon = loadAddon()

const open = () =>
  addon.openTfliteSession({
    model: model.startsWith('fields:')
      ? Buffer.concat([Buffer.from([16, 0, 0, 0]), Buffer.from(`TFL3${model.slice('fields:'.length)}`)])
      : readFileSync(model),
    libraries: [{ path: library, origin: 'the test' }],
    threads: 2,
    xnnpack: true,
    queueCapacity: 16,
    copyBuffers: false,
  })

/** Several runs in the queue, the first at work. */
async function startRuns() {
  const session = await open()
  const requests = Array.from({ length: 4 }, () => session.createRequest())
  const runs = requests.map((request) => request.run())
  await new Promise((resolve) => setTimeout(resolve, 5))
  console.log('started')
  return { session, requests, runs }
}

async function collectedCounts() {
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (Object.values(addon.liveObjects()).every((count) => count === 0)) break
  }
  return JSON.stringify(addon.liveObjects())
}

async function inWorkers(workerScenario, end) {
  let ended = 0
  for (; ended < Number(workers); ended++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: [workerScenario, library, model] })
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    worker.once('error', () => {})
    await new Promise((resolve) => worker.once('message', resolve))
    await end(worker)
    await exited
  }
  console.log(`${ended} ended`)
  console.log(await collectedCounts())
}

const scenarios = {
  /** Awaits everything and disposes. */
  async tidy() {
    const { session, runs } = await startRuns()
    await Promise.all(runs)
    await session.dispose()
    console.log(await collectedCounts())
  },
  /** Ends with the last run: pending runs, and nothing else, keep the process alive. */
  async untidy() {
    const { runs } = await startRuns()
    Promise.all(runs).then(() => console.log('all done'))
  },
  /** Has a session and no work. */
  async idle() {
    await open()
    console.log('started')
  },
  async exit() {
    await startRuns()
    process.exit(7)
  },
  exitWhileOpening() {
    open()
    setTimeout(() => process.exit(7), 1)
  },
  async exitWhileDisposing() {
    const { session } = await startRuns()
    session.dispose()
    process.exit(7)
  },
  async throw() {
    await startRuns()
    setTimeout(() => {
      throw new Error('uncaught, on purpose')
    }, 0)
  },
  /** Forgets everything in mid-run; the runs finish, then the collector frees session, requests and thread. */
  async forget() {
    {
      const { runs } = await startRuns()
      await Promise.all(runs)
    }
    console.log(await collectedCounts())
  },
  /** A view outlives its session's and request's objects, and their disposal. */
  async keepView() {
    let session = await open()
    let request = session.createRequest()
    const view = new Uint8Array(request.inputs[0])
    view.fill(42)
    const size = view.length
    await request.run()
    session = undefined
    request = undefined
    for (let round = 0; round < 10; round++) {
      globalThis.gc()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    // Freed memory still reads as it did until somebody else gets it.
    const clutter = Array.from({ length: 3000 }, () => new Uint8Array(Math.min(size, 8192)).fill(7))
    const kept = addon.liveObjects().buffers >= 1 && clutter.every(([value]) => value === 7)
    console.log(kept && view.every((value) => value === 42) ? 'view intact' : 'view damaged')
  },
  terminate: () => inWorkers('workerRun', (worker) => worker.terminate()),
  terminateWhileOpening: () => inWorkers('workerOpen', (worker) => worker.terminate()),
  workersExit: () => inWorkers('workerExit', () => {}),
  workersThrow: () => inWorkers('workerThrow', () => {}),
  workersEnd: () => inWorkers('workerEnd', () => {}),

  // What the workers do.
  async workerRun() {
    const { runs } = await startRuns()
    parentPort.postMessage('running')
    await Promise.all(runs)
  },
  workerOpen() {
    open()
    parentPort.postMessage('opening')
  },
  async workerExit() {
    await startRuns()
    parentPort.postMessage('running')
    process.exit(3)
  },
  async workerThrow() {
    await startRuns()
    parentPort.postMessage('running')
    throw new Error('uncaught, on purpose')
  },
  async workerEnd() {
    const { runs } = await startRuns()
    parentPort.postMessage('running')
    await Promise.all(runs)
  },
}

await scenarios[name]()
