import { describe, expect, it } from 'vitest'
import { topK } from '../src/top-k.js'

/** The definition, by sorting everything. */
function sorted(values: Float64Array, k: number): number[] {
  return Array.from(values, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, k)
    .map(({ index }) => index)
}

describe('topK', () => {
  it('breaks ties by the lower index', () => {
    expect(topK(Float64Array.of(1, 3, 3, 0, 3), 2)).toEqual([1, 2])
    expect(topK(Float64Array.of(1, 1, 1), 3)).toEqual([0, 1, 2])
    expect(topK(Float64Array.of(0, -0, 0), 3)).toEqual([0, 1, 2])
  })

  it('agrees with sorting, for every k', () => {
    let state = 7
    for (let round = 0; round < 60; round += 1) {
      const length = 1 + (round % 40)
      const values = Float64Array.from({ length }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        // Few different values: ties everywhere.
        return (state >>> 24) % (1 + (round % 9))
      })
      for (let k = 1; k <= length; k += 1) expect(topK(values, k)).toEqual(sorted(values, k))
    }
  })
})
