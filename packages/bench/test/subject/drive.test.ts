import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { drive, type Inference } from '../../src/subject/drive.js'

/** An inference that takes so many milliseconds, of which so many may run at a time. */
function fake(ms: number) {
  const log: string[] = []
  let running = 0
  let most = 0
  const inference: Inference = {
    prepare: (image, slot) => void log.push(`prepare ${image} in ${slot}`),
    run: async (slot) => {
      running += 1
      most = Math.max(most, running)
      await sleep(ms)
      running -= 1
      log.push(`ran ${slot}`)
    },
  }
  return { inference, log, most: () => most }
}

describe('drive', () => {
  it('runs one after another, and prepares between', async () => {
    const { inference, log } = fake(1)
    const { samplesMs, beginsMs } = await drive({ images: [2, 0, 1], inFlight: 1 }, inference)
    expect(log).toEqual(['prepare 2 in 0', 'ran 0', 'prepare 0 in 0', 'ran 0', 'prepare 1 in 0', 'ran 0'])
    expect(samplesMs).toHaveLength(3)
    expect([...beginsMs].sort((a, b) => a - b)).toEqual(beginsMs)
    for (const ms of samplesMs) expect(ms).toBeGreaterThan(0.5)
  })

  it('does not count what preparing takes', async () => {
    const inference: Inference = {
      prepare: () => sleep(20).then(() => {}),
      run: async () => {},
      runSync: () => {},
    }
    const { samplesMs } = await drive({ images: [0, 0], inFlight: 1 }, inference)
    for (const ms of samplesMs) expect(ms).toBeLessThan(10)
  })

  it('runs groups that begin together', async () => {
    const { inference, log, most } = fake(2)
    const { samplesMs, beginsMs } = await drive({ images: [0, 1, 2, 3, 4], inFlight: 2 }, inference)
    expect(most()).toBe(2)
    expect(log.slice(0, 2)).toEqual(['prepare 0 in 0', 'prepare 1 in 1'])
    expect(beginsMs[0]).toBe(beginsMs[1])
    expect(beginsMs[2]).toBe(beginsMs[3])
    expect(beginsMs[2]).toBeGreaterThan(beginsMs[0] ?? 0)
    expect(samplesMs).toHaveLength(5)
  })

  it('counts the latency of arrivals from when they were due', async () => {
    const { inference, most } = fake(20)
    const { samplesMs, beginsMs } = await drive(
      { images: [0, 1, 2], inFlight: 1, arrivalsMs: [0, 0, 0] },
      inference,
    )
    expect(most()).toBe(1)
    // Each waited for those before it.
    expect(samplesMs[1]).toBeGreaterThan((samplesMs[0] ?? 0) + 10)
    expect(samplesMs[2]).toBeGreaterThan((samplesMs[1] ?? 0) + 10)
    expect(new Set(beginsMs).size).toBe(1)
  })

  it('begins no arrival before its time', async () => {
    const begun: number[] = []
    const inference: Inference = { prepare: () => {}, run: async () => void begun.push(performance.now()) }
    const { beginsMs } = await drive({ images: [0, 0, 0], inFlight: 4, arrivalsMs: [0, 5, 30] }, inference)
    expect((beginsMs[2] ?? 0) - (beginsMs[0] ?? 0)).toBeCloseTo(30, 6)
    for (const [index, due] of beginsMs.entries()) {
      expect(begun[index]).toBeGreaterThanOrEqual(due)
    }
  })

  it('fails where an inference does, in each way of running', async () => {
    const inference: Inference = {
      prepare: () => {},
      run: async (slot) => {
        throw new Error(`slot ${slot}`)
      },
    }
    for (const runs of [
      { images: [0, 0], inFlight: 1 },
      { images: [0, 0], inFlight: 2 },
      { images: [0, 0], inFlight: 2, arrivalsMs: [0, 1] },
    ]) {
      await expect(drive(runs, inference)).rejects.toThrow('slot')
    }
  })
})
