import { createRequire } from 'node:module'

/** Loads native/bench/round_trip.cc: a promise that another thread settles, and nothing else. */
export function loadRoundTrip(): () => Promise<unknown> {
  const require = createRequire(import.meta.url)
  const addon: unknown = require('../../native/build/bench/round_trip.node')
  const roundTrip: unknown =
    typeof addon === 'object' && addon !== null ? Reflect.get(addon, 'roundTrip') : undefined
  if (typeof roundTrip !== 'function')
    throw new Error('native/build/bench/round_trip.node exports no roundTrip: pnpm build')
  // Not an async function: its promise would be one more than the bare one.
  return () => {
    const promise: unknown = Reflect.apply(roundTrip, undefined, [])
    if (promise instanceof Promise) return promise
    throw new Error('roundTrip returned no promise')
  }
}
