import { describe, expect, it } from 'vitest'
import { EdgeError } from '../src/index.js'

describe('an error about something long', () => {
  it('keeps the beginning and the end of it', () => {
    const long = `begin${'A'.repeat(3_000_000)}end`
    const { message, found } = new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no ${long}`,
      found: long,
    })
    expect(found).toMatch(/^beginA+ … \(3000008 characters\) … A+end$/)
    expect(message.length).toBeLessThan(10_000)
  })

  it('is whole where it is not', () => {
    const path = `/${'d/'.repeat(1999)}`
    expect(new EdgeError('FILE_NOT_FOUND', { summary: path }).summary).toBe(path)
  })
})
