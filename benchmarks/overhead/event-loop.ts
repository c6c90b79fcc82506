import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Session } from '@edge/runtime'

/** Delay of the event loop, in milliseconds. */
export interface EventLoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const RESOLUTION_MS = 1

/** How late timers are while `concurrent` runs are always asked for, for a number of rounds of them. */
export async function eventLoopDelay(
  model: string,
  library: string,
  concurrent: number,
): Promise<EventLoopDelay> {
  const session = await Session.open(model, { threads: 1, queueCapacity: concurrent, libraryPath: library })
  const requests = Array.from({ length: concurrent }, () => session.createRequest())
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  for (let round = 0; round < 5; round++) await Promise.all(requests.map((request) => request.run()))
  delay.disable()
  await session.dispose()
  // The histogram counts the timer's own interval in.
  const milliseconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  return {
    p50Ms: milliseconds(delay.percentile(50)),
    p99Ms: milliseconds(delay.percentile(99)),
    maxMs: milliseconds(delay.max),
  }
}
