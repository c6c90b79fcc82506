import { describe, expect, it } from 'vitest'
import { sharpFailure } from '../src/sharp-failure.js'

const SEEKS = 'Input buffer has corrupt header: source: bad seek to 1024\nsource: bad seek to 512\n'

describe('sharpFailure', () => {
  // As sharp 0.35 said them where there was no address space left.
  it.each([
    ['vips_image_write_to_memory: out of memory -- size == 140MB', ''],
    ['VipsJpeg: Insufficient memory (case 4)', '\n'],
    ['heif: Invalid input: Unspecified: Memory allocation error (2.0)', SEEKS],
    ['heif: Invalid input: Unspecified: Memory allocation error (2.0)', 'heif: something else\n'],
  ])('tells that there is no memory: %s', (line, before) => {
    const cause = new Error(before + line)
    expect(sharpFailure('cat.jpg', cause)).toMatchObject({ code: 'OUT_OF_MEMORY', found: line, cause })
  })

  it.each([
    ['VipsJpeg: premature end of JPEG image', '\n'],
    [
      'heif: Memory allocation error: Security limit exceeded: Image size 671088736x400 exceeds the maximum',
      SEEKS,
    ],
    ['gifload_buffer: Out of memory', ''],
    ["heif: Invalid input: No 'meta' box: Cannot read full meta box (2.104)", SEEKS],
  ])('says of a damaged picture what the decoder says: %s', (line, before) => {
    const failure = sharpFailure('cat.jpg', new Error(`${before}${line}\n (more)`))
    expect(failure).toMatchObject({ code: 'IMAGE_INVALID', found: line })
    expect(failure.message).toContain('the picture cat.jpg is truncated or corrupt')
  })

  it.each([new Error(''), new Error('source: bad seek to 1'), new Error('\n')])(
    'has words of its own where there are none: %o',
    (cause) => {
      expect(sharpFailure('cat.jpg', cause).found).toBe('an error of libvips without a message')
    },
  )
})
