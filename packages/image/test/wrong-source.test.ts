import { Tensor } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { preprocess } from '../src/index.js'

const tensor = new Tensor(
  { name: 'image', dtype: 'uint8', shape: [1, 2, 2, 3], bytes: 12 },
  new ArrayBuffer(12),
  0,
)
/** What TypeScript would refuse, as JavaScript may give it. */
const read = (source: unknown): Promise<unknown> =>
  Promise.resolve(Reflect.apply(preprocess, undefined, [source, tensor]))

describe('a source that is nearly one', () => {
  it.each([
    [new ArrayBuffer(8), 'ArrayBuffer', 'Give new Uint8Array(buffer).'],
    [new DataView(new ArrayBuffer(8)), 'DataView', 'Give new Uint8Array(view.buffer, '],
    [new Float32Array(2), 'Float32Array', ''],
    [new Blob([]), 'Blob', 'Give its stream().'],
    [new File([], 'cat.jpg'), 'File', 'Give its stream().'],
    [new Response('x'), 'Response', 'Give its body.'],
    [Promise.resolve(new Uint8Array(8)), 'Promise', 'Await it first.'],
    [[], 'Array', ''],
    [new (class Camera {})(), 'Camera', ''],
  ])('is called by its class: %o', async (source, name, remedy) => {
    await expect(read(source)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: `an object of the class ${name}`,
      message: expect.stringContaining(remedy),
    })
  })

  it.each([{}, Object.create(null), { constructor: 'none' }])('or has none: %o', async (source) => {
    await expect(read(source)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', found: 'an object' })
  })

  it.each([
    'https://example.org/cat.jpg',
    'HTTP://example.org/cat.jpg',
    new URL('https://example.org/cat.jpg'),
  ])('is to be fetched first: %s', async (source) => {
    await expect(read(source)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: String(source),
      message: expect.stringContaining('Fetch it first'),
    })
  })
})
