// Ends workers at any moment, also in the middle of a call into the addon: `node termination.mjs LIBRARY COUNT`.
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { loadAddon } from '@edge/native'

const addon = loadAddon()

/** Opens, runs, cancels and disposes without a pause. */
async function churn(library) {
  const open = (fields) =>
    addon.openTfliteSession({
      model: Buffer.concat([Buffer.from([16, 0, 0, 0]), Buffer.from(`TFL3${fields}`)]),
      libraries: [{ path: library, origin: 'the test' }],
      threads: 1,
      xnnpack: true,
      queueCapacity: 8,
      copyBuffers: Math.random() < 0.3,
    })
  for (;;) {
    const sessions = await Promise.all([
      open('in=a:float32:300 out=b:float32:300 delay=1'),
      open('in=a:float32:3 out=b:float32:3'),
    ])
    for (const session of sessions) {
      const requests = [session.createRequest(), session.createRequest(), session.createRequest()]
      const runs = requests.map((request) => request.run())
      requests[2].cancel()
      requests[1].dispose()
      await Promise.allSettled(runs)
      session.createRequest().runSync()
      session.dispose()
    }
  }
}

if (isMainThread) {
  const [library, count] = process.argv.slice(2)
  for (let i = 0; i < Number(count); i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: library })
    worker.on('error', () => {})
    await new Promise((resolve) => worker.once('online', resolve))
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60))
    await worker.terminate()
  }
  for (let round = 0; round < 20; round++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (Object.values(addon.liveObjects()).every((alive) => alive === 0)) break
  }
  console.log(JSON.stringify(addon.liveObjects()))
} else {
  await churn(workerData)
}
