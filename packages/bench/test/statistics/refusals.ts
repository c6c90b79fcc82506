import { expect } from 'vitest'

/** That a call throws an EdgeError for what it was given. */
export function expectRefusal(call: () => unknown): void {
  expect(call).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
}

/** What is no time. */
export const NO_TIMES = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e-9]
