import { describe, expect, it } from 'vitest'
import { drive, type Inference } from '../../src/subject/drive.js'
import { subjectClock } from '../../src/subject/subject-clock.js'
import { SyntheticSystem, VirtualClock } from './virtual-clock.js'

describe('drive, one after another', () => {
  it('prepares between, and counts the inference alone', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const inference: Inference = {
      prepare: async (image, slot) => {
        log.push(`prepare ${image} in ${slot}`)
        await clock.wait(7)
      },
      run: async (slot) => {
        log.push(`run ${slot}`)
        await clock.wait(3)
      },
    }
    const ran = await clock.run(drive({ images: [2, 0, 1], inFlight: 1 }, inference, clock))
    expect(log).toEqual(['prepare 2 in 0', 'run 0', 'prepare 0 in 0', 'run 0', 'prepare 1 in 0', 'run 0'])
    expect(ran.samplesMs).toEqual([3, 3, 3])
    expect(ran.beginsMs).toEqual([1007, 1017, 1027])
    expect(ran.nowMs).toBe(1030)
    expect(ran.peakRssBytes).toBeGreaterThan(1e6)
  })

  it('runs on the calling thread where it can', async () => {
    const clock = new VirtualClock()
    const inference: Inference = {
      prepare: () => {},
      run: async () => expect.unreachable(),
      runSync: () => clock.advance(4),
    }
    const { samplesMs } = await drive({ images: [0, 0], inFlight: 1 }, inference, clock)
    expect(samplesMs).toEqual([4, 4])
  })
})

it('drive costs less than 2 µs a sample', async () => {
  const images = new Array<number>(5000).fill(0)
  const nothing: Inference = { prepare: () => {}, run: async () => {}, runSync: () => {} }
  let leastUs = Number.POSITIVE_INFINITY
  // The least of many: what a busy machine adds is not ours. `pnpm bench:own-cost` measures it.
  for (let round = 0; round < 40; round++) {
    const begin = performance.now()
    await drive({ images, inFlight: 1 }, nothing)
    leastUs = Math.min(leastUs, ((performance.now() - begin) * 1000) / images.length)
  }
  expect(leastUs).toBeLessThan(2)
})

describe('drive, in groups', () => {
  it('runs them together, from one begin, the next after the last of the one before', async () => {
    const clock = new VirtualClock()
    const system = new SyntheticSystem(clock, 2, (begun) => (begun === 0 ? 10 : 2))
    const ran = await clock.run(drive({ images: [0, 1, 2, 3, 4], inFlight: 3 }, system, clock))
    // The second and the third follow each other on one worker while the first takes the other.
    expect(ran.samplesMs).toEqual([10, 2, 4, 2, 2])
    expect(ran.beginsMs).toEqual([1000, 1000, 1000, 1010, 1010])
  })

  it('prepares a group before it begins', async () => {
    const clock = new VirtualClock()
    const inference: Inference = { prepare: () => clock.wait(7), run: () => clock.wait(3) }
    const { samplesMs, beginsMs } = await clock.run(
      drive({ images: [0, 1, 2, 3], inFlight: 2 }, inference, clock),
    )
    expect(samplesMs).toEqual([3, 3, 3, 3])
    expect(beginsMs).toEqual([1014, 1014, 1031, 1031])
  })
})

describe('drive, as they arrive', () => {
  it('counts latency from when they were due, so that waiting counts', async () => {
    const clock = new VirtualClock()
    const system = new SyntheticSystem(clock, 1, () => 20)
    const runs = { images: [0, 1, 2, 3], inFlight: 8, arrivalsMs: [0, 5, 5, 100] }
    const { samplesMs, beginsMs } = await clock.run(drive(runs, system, clock))
    expect(samplesMs).toEqual([20, 35, 55, 20])
    expect(beginsMs).toEqual([1000, 1005, 1005, 1100])
  })

  it('counts what one waits for a slot, in the order of arrival', async () => {
    const clock = new VirtualClock()
    const system = new SyntheticSystem(clock, 9, () => 20)
    const runs = { images: [0, 1, 2, 3], inFlight: 2, arrivalsMs: [0, 1, 2, 3] }
    const { samplesMs } = await clock.run(drive(runs, system, clock))
    expect(samplesMs).toEqual([20, 20, 38, 38])
    expect(system.served.map(({ image }) => image)).toEqual([0, 1, 2, 3])
  })

  it('prepares each picture once before time counts', async () => {
    const clock = new VirtualClock()
    const known = new Set<number>()
    const inference: Inference = {
      prepare: async (image) => {
        if (!known.has(image)) await clock.wait(50)
        known.add(image)
      },
      run: () => clock.wait(3),
    }
    const runs = { images: [0, 1, 0], inFlight: 2, arrivalsMs: [0, 10, 20] }
    const { samplesMs, beginsMs } = await clock.run(drive(runs, inference, clock))
    expect(samplesMs).toEqual([3, 3, 3])
    expect(beginsMs).toEqual([1100, 1110, 1120])
  })

  it('begins none before its time by the process’s own clock', async () => {
    const begun: number[] = []
    const inference: Inference = { prepare: () => {}, run: async () => void begun.push(performance.now()) }
    const { beginsMs } = await drive({ images: [0, 0, 0], inFlight: 4, arrivalsMs: [0, 5, 30] }, inference)
    expect((beginsMs[2] ?? 0) - (beginsMs[0] ?? 0)).toBeCloseTo(30, 6)
    for (const [index, due] of beginsMs.entries()) expect(begun[index]).toBeGreaterThanOrEqual(due)
  })
})

it.each([
  { images: [0, 1, 2, 3], inFlight: 1 },
  { images: [0, 1, 2, 3], inFlight: 2 },
  { images: [0, 1, 2, 3], inFlight: 2, arrivalsMs: [0, 0, 0, 50] },
])('drive fails where an inference does, once none is under way: $inFlight, $arrivalsMs', async (runs) => {
  const clock = new VirtualClock()
  let underWay = 0
  let begun = 0
  const inference: Inference = {
    prepare: () => {},
    run: async () => {
      underWay += 1
      const number = begun++
      // The second fails while the first is still at it, where there are two at a time.
      await clock.wait(number === 0 ? 10 : 1)
      underWay -= 1
      if (number === 1) throw new Error('no such operator')
    },
  }
  await expect(clock.run(drive(runs, inference, clock))).rejects.toThrow('no such operator')
  expect(underWay).toBe(0)
  expect(begun).toBe(2)
})

it('waits until a time and not less', async () => {
  for (const ms of [-1, 0, 0.3, 1, 4.7]) {
    const due = subjectClock.now() + ms
    await subjectClock.until(due)
    expect(subjectClock.now()).toBeGreaterThanOrEqual(due)
  }
})
