import { loadAddon } from '@edge/native'
import type { Session } from '@edge/runtime'
import type { Claims } from './claims.js'
import type { Setting } from './setting.js'

/** By which the process may grow while it runs the same over and over. */
const GROWTH_MB = 16
/** By which the GPU's memory may: a driver gives at least 512 bytes, so that a block lost in each of 10,000 runs is more. */
const GPU_GROWTH_MB = 4

/** Megabytes more after the runs than before. */
export interface Growth {
  readonly processMb: number
  readonly gpuMb: number
}

/** Runs a session as often as is to be, after half of that to warm up: at first a process grows for some thousand runs. */
export async function memoryGrowth(session: Session, { runs, cuda, gpu }: Setting): Promise<Growth> {
  const addon = loadAddon()
  const driver = [{ path: cuda.path, origin: 'the driver in use' }]
  // Free memory is all that the driver tells: what other programs take meanwhile counts as ours.
  const freeBytes = () => addon.gpuMemory(driver, gpu.ordinal).freeBytes
  for (let run = 0; run < runs / 2; run += 1) await session.run()
  const before = { process: process.memoryUsage().rss, free: freeBytes() }
  for (let run = 0; run < runs; run += 1) await session.run()
  return {
    processMb: (process.memoryUsage().rss - before.process) / 1e6,
    gpuMb: (before.free - freeBytes()) / 1e6,
  }
}

/** Says whether memory stayed flat. */
export function judgeGrowth(claims: Claims, { runs, gpu }: Setting, { processMb, gpuMb }: Growth): void {
  // Never -0.0.
  const more = (megabytes: number): string => `${(Math.round(megabytes * 10) / 10 + 0).toFixed(1)} MB more`
  claims.judge(
    `memory over ${runs} runs`,
    processMb <= GROWTH_MB,
    `${more(processMb)} of ${GROWTH_MB}, of the process`,
  )
  if (gpu.integrated) {
    // The processor's, of which the system takes and gives as it likes.
    claims.state(`the GPU's memory over ${runs} runs`, `${more(gpuMb)}, shared with the whole system`)
  } else {
    claims.judge(
      `the GPU's memory over ${runs} runs`,
      gpuMb <= GPU_GROWTH_MB,
      `${more(gpuMb)} of ${GPU_GROWTH_MB}`,
    )
  }
}
