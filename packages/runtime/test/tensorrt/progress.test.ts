import { expect, it } from 'vitest'
import { steadyFraction } from '../../src/tensorrt/progress.js'

const outer = (step: number) => ({ name: 'Building engine', depth: 0, step, steps: 4 })
const inner = (name: string, step: number) => ({ name, depth: 1, step, steps: 2 })

it('does not go back where inner phases end, and begins anew with another outermost one', () => {
  const fraction = steadyFraction()
  const seen = [
    [outer(1)],
    [outer(1), inner('Tactic Selection', 1)],
    // It has ended, and its step does not count as done yet; then another is part of the same step.
    [outer(1)],
    [outer(1), inner('Timing', 0)],
    [outer(2)],
    [{ name: 'Writing', depth: 0, step: 0, steps: 2 }],
  ].map(fraction)
  expect(seen).toEqual([0.25, 0.375, 0.375, 0.375, 0.5, 0])
})
