import { expect } from 'vitest'

/** That a number is as golden up to a share of it, for all that is not exactly determined; `name` says which in the message. */
export function expectClose(found: number, golden: number, share: number, name = ''): void {
  if (found === golden) return
  const error = Math.abs(found - golden) / Math.max(Math.abs(golden), Number.MIN_VALUE)
  expect(error, `${name}: ${found} instead of ${golden}`).toBeLessThanOrEqual(share)
}
