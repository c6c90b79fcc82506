import { describe, expect, it } from 'vitest'
import { EdgeError, ERROR_CODES, isErrorCode } from '../src/index.js'

describe('EdgeError', () => {
  it('puts what was expected, what was found and the remedy into its message', () => {
    const error = new EdgeError('SHAPE_MISMATCH', {
      summary: 'tensor "input" got the wrong number of values',
      expected: '4 values',
      found: '3',
      remedy: 'Pass one value for each element.',
    })
    expect(error.message).toBe(
      'tensor "input" got the wrong number of values; expected 4 values, found 3. Pass one value for each element.',
    )
    expect(error.code).toBe('SHAPE_MISMATCH')
    expect(error.name).toBe('EdgeError')
  })

  it('has one full stop before the remedy', () => {
    const found = 'Version tag does not match, please rebuild.'
    const { message } = new EdgeError('INTERNAL', { summary: 'odd', found, remedy: 'Rebuild it.' })
    expect(message).toBe('odd; found Version tag does not match, please rebuild. Rebuild it.')
  })

  it('leaves out the parts that are not there', () => {
    expect(new EdgeError('INTERNAL', { summary: 'odd' }).message).toBe('odd')
    expect(new EdgeError('INTERNAL', { summary: 'odd', found: '7' }).message).toBe('odd; found 7')
  })

  it('keeps its cause', () => {
    const cause = new Error('underneath')
    expect(new EdgeError('INTERNAL', { summary: 'odd', cause }).cause).toBe(cause)
    expect('cause' in new EdgeError('INTERNAL', { summary: 'odd' })).toBe(false)
  })

  it('is recognised by a second copy of the class', async () => {
    const specifier = '../src/edge-error.js?second-copy'
    const second: { EdgeError: typeof EdgeError } = await import(specifier)
    expect(second.EdgeError).not.toBe(EdgeError)
    expect(new second.EdgeError('INTERNAL', { summary: 'odd' })).toBeInstanceOf(EdgeError)
  })

  it('is told from its subclasses', () => {
    class CameraError extends EdgeError {}
    class LensError extends CameraError {}
    const plain = new EdgeError('INTERNAL', { summary: 'odd' })
    const lens = new LensError('INTERNAL', { summary: 'odd' })
    expect(plain).not.toBeInstanceOf(CameraError)
    expect(new CameraError('INTERNAL', { summary: 'odd' })).not.toBeInstanceOf(LensError)
    for (const kind of [LensError, CameraError, EdgeError, Error]) expect(lens).toBeInstanceOf(kind)
  })

  it('does not take a plain error, or a value, for its own', () => {
    for (const value of [new Error('plain'), { code: 'INTERNAL' }, null, undefined, 'INTERNAL', 7]) {
      expect(value instanceof EdgeError).toBe(false)
    }
  })

  it('names an aborted operation as the platform does', () => {
    expect(new EdgeError('ABORTED', { summary: 'run aborted' }).name).toBe('AbortError')
  })
})

describe('error codes', () => {
  it('are upper-case names with a sentence each', () => {
    for (const [code, meaning] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      expect(meaning).toMatch(/\.$/)
    }
  })

  it('are told from other values', () => {
    expect(isErrorCode('ABORTED')).toBe(true)
    for (const value of ['toString', 'aborted', '', 3, null]) expect(isErrorCode(value)).toBe(false)
  })
})
