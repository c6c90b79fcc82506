import { setTimeout as sleep } from 'node:timers/promises'

/** What times are taken by, and arrivals are waited for. Tests give one whose time passes only while something is waited for. */
export interface SubjectClock {
  /** In milliseconds, from any origin; goes evenly. */
  now(): number
  /** Waits until then; never less. */
  until(due: number): Promise<void>
}

// Timers of the event loop are in whole milliseconds, and late rather than early.
const TIMER_SLACK_MS = 2

/** This process's own. */
export const subjectClock: SubjectClock = {
  now: () => performance.now(),
  /** By a timer as long as one can be trusted; for the rest the event loop turns. */
  async until(due) {
    for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
      if (left > TIMER_SLACK_MS) await sleep(left - TIMER_SLACK_MS)
      else await new Promise(setImmediate)
    }
  },
}
