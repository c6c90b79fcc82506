import { setTimeout as sleep } from 'node:timers/promises'
import { peakRssBytes } from './peak-rss.js'
import type { Ran, RunRequest } from './protocol.js'

/** What a subject in JavaScript can do with one picture. */
export interface Inference {
  /** Brings the input into place; its time does not count. */
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
 */
export async function drive(runs: Omit<RunRequest, 'ask'>, inference: Inference): Promise<Ran> {
  const times =
    runs.arrivalsMs !== undefined
      ? await asTheyArrive(runs.images, runs.arrivalsMs, runs.inFlight, inference)
      : runs.inFlight === 1
        ? await oneByOne(runs.images, inference)
        : await inGroups(runs.images, runs.inFlight, inference)
  return { answer: 'ran', ...times, nowMs: performance.now(), peakRssBytes: peakRssBytes() }
}

async function oneByOne(images: readonly number[], inference: Inference): Promise<Times> {
  const samplesMs = new Array<number>(images.length)
  const beginsMs = new Array<number>(images.length)
  for (const [index, image] of images.entries()) {
    const prepared = inference.prepare(image, 0)
    if (prepared !== undefined) await prepared
    const begin = performance.now()
    if (inference.runSync !== undefined) inference.runSync(0)
    else await inference.run(0)
    samplesMs[index] = performance.now() - begin
    beginsMs[index] = begin
  }
  return { samplesMs, beginsMs }
}

async function inGroups(images: readonly number[], size: number, inference: Inference): Promise<Times> {
  const samplesMs: number[] = []
  const beginsMs: number[] = []
  for (let first = 0; first < images.length; first += size) {
    const group = images.slice(first, first + size)
    for (const [slot, image] of group.entries()) await inference.prepare(image, slot)
    const begin = performance.now()
    const ended = group.map(async (_, slot) => {
      await inference.run(slot)
      return performance.now() - begin
    })
    samplesMs.push(...(await Promise.all(ended)))
    beginsMs.push(...group.map(() => begin))
  }
  return { samplesMs, beginsMs }
}

async function asTheyArrive(
  images: readonly number[],
  arrivalsMs: readonly number[],
  slots: number,
  inference: Inference,
): Promise<Times> {
  const free = Array.from({ length: slots }, (_, slot) => slot)
  const waiting: ((slot: number) => void)[] = []
  const take = (): Promise<number> | number => free.pop() ?? new Promise((resolve) => waiting.push(resolve))
  const give = (slot: number): void => {
    const next = waiting.shift()
    if (next === undefined) free.push(slot)
    else next(slot)
  }
  const begin = performance.now()
  const one = async (image: number, due: number): Promise<number> => {
    const slot = await take()
    try {
      await inference.prepare(image, slot)
      await inference.run(slot)
      return performance.now() - due
    } finally {
      give(slot)
    }
  }
  const pending: Promise<number>[] = []
  const beginsMs: number[] = []
  for (const [index, image] of images.entries()) {
    const due = begin + (arrivalsMs[index] ?? 0)
    await until(due)
    beginsMs.push(due)
    const latency = one(image, due)
    // Awaited below, with the others: a failure meanwhile is not an unhandled one.
    latency.catch(() => {})
    pending.push(latency)
  }
  return { samplesMs: await Promise.all(pending), beginsMs }
}

/** Waits by a timer as long as one can be trusted, and lets the event loop turn for the rest. */
async function until(due: number): Promise<void> {
  const TIMER_SLACK_MS = 2
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
    if (left > TIMER_SLACK_MS) await sleep(left - TIMER_SLACK_MS)
    else await new Promise(setImmediate)
  }
}
