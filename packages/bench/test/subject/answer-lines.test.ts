import { expect, it } from 'vitest'
import { AnswerLines } from '../../src/subject/answer-lines.js'

it('lines are whole, wherever they were broken off', () => {
  const lines = new AnswerLines(20)
  expect(lines.add('fir')).toEqual([])
  expect(lines.add('st\nsecond\n\nthi')).toEqual(['first', 'second', ''])
  // Separators of JavaScript's, which JSON may have in a string.
  expect(lines.add('rd \u2028\u2029\n')).toEqual(['third \u2028\u2029'])
})

it('a line that is too long is none, and nothing after it', () => {
  const lines = new AnswerLines(5)
  expect(lines.add('12345\n')).toEqual(['12345'])
  expect(lines.add('123')).toEqual([])
  expect(lines.add('456')).toBeUndefined()
  expect(lines.add('\n1\n')).toBeUndefined()
  expect(new AnswerLines(5).add('123456\n')).toBeUndefined()
})
