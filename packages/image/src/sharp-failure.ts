import { EdgeError } from '@edge/errors'

// libvips', libjpeg-turbo's and libheif's words for it. Not what libheif calls a security limit, nor the "Out of memory" of the decoder of
// GIF: both are mostly said of sizes that only damage makes so large.
const NO_MEMORY = /out of memory|Insufficient memory|Memory allocation error(?!: Security limit)/

/**
 * What it means that sharp could not read a picture.
 *
 * @param name - what to call the picture.
 * @returns an EdgeError: `IMAGE_INVALID` with what sharp said, `OUT_OF_MEMORY`.
 */
export function sharpFailure(name: string, cause: unknown): EdgeError {
  // libvips collects what its parts say line by line, and its buffer of messages may begin with an empty one. Of an AVIF libheif first
  // seeks where nothing is, also in a good one.
  const lines = (cause instanceof Error ? cause.message : String(cause))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('bad seek to'))
  const noMemory = lines.find((line) => NO_MEMORY.test(line))
  if (noMemory !== undefined) {
    return new EdgeError('OUT_OF_MEMORY', {
      summary: `there is no memory for the pixels of the picture ${name}`,
      found: noMemory,
      remedy: 'Make it smaller, or work on fewer pictures at a time.',
      cause,
    })
  }
  return new EdgeError('IMAGE_INVALID', {
    summary: `the picture ${name} is truncated or corrupt`,
    found: lines[0] ?? 'an error of libvips without a message',
    remedy: 'Copy or record the picture again.',
    cause,
  })
}
