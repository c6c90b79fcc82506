import { describe, expect, it } from 'vitest'
import {
  checkOptionNames,
  checkSignal,
  editDistance,
  type NamesOf,
  pickOptions,
  wholeNumberOption,
} from '../src/index.js'

interface Options {
  readonly threads?: number
  readonly labels?: string
}

const NAMES: NamesOf<Options> = { threads: true, labels: true }
const refusal = (fields: object) => expect.objectContaining({ code: 'INVALID_ARGUMENT', ...fields })

describe('checkOptionNames', () => {
  it('takes known names, and unknown ones that are undefined', () => {
    checkOptionNames({}, NAMES, 'open')
    checkOptionNames({ threads: 2, labels: undefined, other: undefined }, NAMES, 'open')
  })

  it.each(['thread', 'toString', '__proto__'])('names what is wrong with %j, and what there is', (name) => {
    const options: unknown = JSON.parse(`{ "${name}": 3 }`)
    expect(() => checkOptionNames(options, NAMES, 'open')).toThrow(
      refusal({ summary: `open has no option "${name}"`, expected: 'none but threads, labels' }),
    )
  })

  it.each([
    [null, 'null'],
    ['fast', 'string'],
    [[], 'a list'],
    [() => {}, 'function'],
  ])('refuses %s', (options, found) => {
    expect(() => checkOptionNames(options, NAMES, 'open')).toThrow(refusal({ found }))
  })
})

describe('pickOptions', () => {
  it('leaves out those of others', () => {
    const all = { threads: 2, labels: 'a', topK: 3 }
    expect(pickOptions<Options>(all, NAMES)).toEqual({ threads: 2, labels: 'a' })
  })
})

describe('checkSignal', () => {
  it('takes signals, and none', () => {
    checkSignal(undefined)
    checkSignal(new AbortController().signal)
    checkSignal(AbortSignal.timeout(1))
  })

  it.each([null, {}, 'abort', new AbortController(), { aborted: false }])('refuses %j', (signal) => {
    expect(() => checkSignal(signal)).toThrow(refusal({ summary: 'the option signal is not an AbortSignal' }))
  })
})

describe('the value of an option', () => {
  it.each([
    [0, '0'],
    [1.5, '1.5'],
    [9, '9'],
    ['2', '"2"'],
    [undefined, 'undefined'],
  ])('%j is no whole number from 1 to 8', (value, found) => {
    expect(() => wholeNumberOption('threads', value, 8)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        summary: 'the option threads is out of range',
        expected: 'a whole number from 1 to 8',
        found,
      }),
    )
  })

  it('is returned where it can be used', () => {
    expect([1, 8].map((value) => wholeNumberOption('threads', value, 8))).toEqual([1, 8])
  })
})

describe('editDistance', () => {
  // The textbook's words.
  it.each([
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['same', 'same', 0],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })
})
