import { describe, expect, it } from 'vitest'
import { checkOptionNames, checkSignal, type NamesOf, pickOptions } from '../src/index.js'

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
