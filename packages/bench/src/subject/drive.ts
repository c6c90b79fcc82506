import { peakRssBytes } from './peak-rss.js'
import type { Ran, RunRequest } from './protocol.js'
import { type SubjectClock, subjectClock } from './subject-clock.js'

/** What a subject in JavaScript can do with one picture. */
export interface Inference {
  /** Brings the input into place; its time does not count, but for arrivals that come while others are worked on. */
  prepare(image: number, slot: number): Promise<void> | void
  /** One inference on what was prepared in a slot, on the calling thread where the runtime can. */
  runSync?(slot: number): void
  /** The same, without holding the calling thread. */
  run(slot: number): Promise<void>
}

/** Times of runs, by a subject's own clock. */
type Times = Pick<Ran, 'samplesMs' | 'beginsMs'>

/**
 * Runs inferences as a request of the protocol says: one after another, in groups, or as they arrive.
 *
 * - `inFlight` 1: one after another, with the input of the next prepared between two. Latency is the inference's own.
 * - `inFlight` n: groups of n that begin together; the next group begins when the last of a group has ended. Latency is from the
 *   group's begin.
 * - `arrivalsMs`: each begins at its time, or when one of the n slots is free. Latency is from when it was to begin, so that waiting counts.
 *   Each picture is prepared once before, so that what is kept in memory is there, and is brought into its slot while time counts.
 *
 * Where one fails, those that are under way are waited for, and none begins after it.
 */
export async function drive(
  runs: Omit<RunRequest, 'ask'>,
  inference: Inference,
  clock: SubjectClock = subjectClock,
): Promise<Ran> {
  const times =
    runs.arrivalsMs !== undefined
      ? await asTheyArrive(runs.images, runs.arrivalsMs, runs.inFlight, inference, clock)
      : runs.inFlight === 1
        ? await oneByOne(runs.images, inference, clock)
        : await inGroups(runs.images, runs.inFlight, inference, clock)
  return { answer: 'ran', ...times, nowMs: clock.now(), peakRssBytes: peakRssBytes() }
}

async function oneByOne(
  images: readonly number[],
  inference: Inference,
  clock: SubjectClock,
): Promise<Times> {
  const samplesMs = new Array<number>(images.length)
  const beginsMs = new Array<number>(images.length)
  for (const [index, image] of images.entries()) {
    const prepared = inference.prepare(image, 0)
    if (prepared !== undefined) await prepared
    const begin = clock.now()
    if (inference.runSync !== undefined) inference.runSync(0)
    else await inference.run(0)
    samplesMs[index] = clock.now() - begin
    beginsMs[index] = begin
  }
  return { samplesMs, beginsMs }
}

async function inGroups(
  images: readonly number[],
  size: number,
  inference: Inference,
  clock: SubjectClock,
): Promise<Times> {
  const samplesMs: number[] = []
  const beginsMs: number[] = []
  for (let first = 0; first < images.length; first += size) {
    const group = images.slice(first, first + size)
    for (const [slot, image] of group.entries()) await inference.prepare(image, slot)
    const begin = clock.now()
    const ended = group.map(async (_, slot) => {
      await inference.run(slot)
      return clock.now() - begin
    })
    samplesMs.push(...(await allOf(ended)))
    beginsMs.push(...group.map(() => begin))
  }
  return { samplesMs, beginsMs }
}

async function asTheyArrive(
  images: readonly number[],
  arrivalsMs: readonly number[],
  slots: number,
  inference: Inference,
  clock: SubjectClock,
): Promise<Times> {
  for (const image of new Set(images)) await inference.prepare(image, 0)
  const free = new FreeSlots(slots)
  let failed = false
  const one = async (image: number, due: number): Promise<number> => {
    const slot = await free.take()
    try {
      // What waited for a slot while another failed.
      if (failed) return 0
      await inference.prepare(image, slot)
      await inference.run(slot)
      return clock.now() - due
    } catch (error) {
      failed = true
      throw error
    } finally {
      free.give(slot)
    }
  }
  const begin = clock.now()
  const pending: Promise<number>[] = []
  const beginsMs: number[] = []
  for (const [index, image] of images.entries()) {
    const due = begin + (arrivalsMs[index] ?? 0)
    await clock.until(due)
    if (failed) break
    beginsMs.push(due)
    const latency = one(image, due)
    // Awaited below, with the others: a failure meanwhile is not an unhandled one.
    latency.catch(() => {})
    pending.push(latency)
  }
  return { samplesMs: await allOf(pending), beginsMs }
}

/** Hands out slots, to whoever waits longest first. */
class FreeSlots {
  readonly #free: number[]
  readonly #waiting: ((slot: number) => void)[] = []

  constructor(slots: number) {
    this.#free = Array.from({ length: slots }, (_, slot) => slot)
  }

  take(): Promise<number> | number {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve))
  }

  give(slot: number): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(slot)
    else next(slot)
  }
}

/** What all come to; where one fails, its error once none is under way any longer. */
async function allOf<T>(pending: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(pending)
  return await Promise.all(pending)
}
