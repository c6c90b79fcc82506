import { describe, expect, it } from 'vitest'
import { nearest } from '../src/nearest.js'

describe('nearest', () => {
  it.each<[string, string[], string[]]>([
    ['expresso', ['espresso', 'express', 'pizza'], ['express', 'espresso']],
    ['TABBY', ['tabby', 'tiger cat', 'tub'], ['tabby']],
    ['cat', ['tiger cat', 'Egyptian cat', 'dog'], ['tiger cat', 'Egyptian cat']],
    // Three of seven letters: the example of Wagner and Fischer's problem that textbooks have.
    ['kitten', ['sitting', 'mitten', 'unrelated'], ['mitten', 'sitting']],
    ['zebra', ['pizza', 'crane'], []],
    ['x', [], []],
    ['', ['', 'a'], ['']],
  ])('of %j in %j: %j', (name, names, expected) => {
    expect(nearest(name, names, 2)).toEqual(expected)
  })

  it('takes a moment for names of any length', () => {
    const begin = performance.now()
    nearest(
      'a'.repeat(1e6),
      Array.from({ length: 1000 }, (_, index) => `${'b'.repeat(1e4)}${index}`),
      3,
    )
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})
