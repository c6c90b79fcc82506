import { createRequire } from 'node:module'

/** Loads native/bench/round_trip.cc: a promise that another thread settles, and nothing else. */
export function loadRoundTrip(): () => Promise<void> {
  const require = createRequire(import.meta.url)
  const addon: unknown = require('../../native/build/bench/round_trip.node')
  const roundTrip: unknown =
    typeof addon === 'object' && addon !== null ? Reflect.get(addon, 'roundTrip') : undefined
  if (typeof roundTrip !== 'function')
    throw new Error('native/build/bench/round_trip.node exports no roundTrip: pnpm build')
  return async () => {
    await roundTrip()
  }
}
