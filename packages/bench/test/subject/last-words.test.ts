import { expect, it } from 'vitest'
import { LastWords } from '../../src/subject/last-words.js'

function wordsOf(...texts: string[]): readonly string[] {
  const words = new LastWords()
  for (const text of texts) words.add(text)
  return words.lines
}

it('last words are the last lines, wherever they were broken off', () => {
  expect(wordsOf()).toEqual([])
  expect(wordsOf('\n \n')).toEqual([])
  expect(wordsOf('fir', 'st\nsec', 'ond\r', '\n\n  third')).toEqual(['first', 'second', '  third'])
  expect(wordsOf('10 %\r20 %\r30 %\n')).toEqual(['10 %', '20 %', '30 %'])
})

it('last words are never many, and never long', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`)
  expect(wordsOf(`${lines.join('\n')}\n`)).toEqual(lines.slice(-20))
  expect(wordsOf(lines.join('\n'))).toEqual(lines.slice(-20))
  expect(wordsOf(...Array.from({ length: 100 }, () => 'x'.repeat(100)))).toEqual(['x'.repeat(500)])
  expect(wordsOf(`${'x'.repeat(10_000)}\nend`)).toEqual(['x'.repeat(500), 'end'])
})
