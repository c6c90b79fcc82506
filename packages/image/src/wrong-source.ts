import { EdgeError } from '@edge/errors'

/** What to do with what is nearly a picture, by its class. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['ArrayBuffer', 'Give new Uint8Array(buffer).'],
  ['SharedArrayBuffer', 'Give new Uint8Array(buffer).'],
  ['DataView', 'Give new Uint8Array(view.buffer, view.byteOffset, view.byteLength).'],
  ['Blob', 'Give its stream().'],
  ['File', 'Give its stream().'],
  ['Response', 'Give its body.'],
  ['Promise', 'Await it first.'],
])

/**
 * What is wrong with a source that is read neither as bytes nor as pixels, and is no path.
 *
 * @param expected - what would have been right.
 * @returns undefined where it may be a path or a `file:` URL.
 */
export function wrongSource(source: unknown, expected: string): EdgeError | undefined {
  if ((typeof source === 'string' || source instanceof URL) && /^https?:\/\//i.test(String(source))) {
    return new EdgeError('INVALID_ARGUMENT', {
      summary: 'a picture is not downloaded',
      expected,
      found: String(source),
      remedy: 'Fetch it first, and give the body of the answer: (await fetch(url)).body.',
    })
  }
  if (typeof source !== 'object' || source === null || source instanceof URL) return undefined
  const made: unknown = Reflect.get(source, 'constructor')
  const name = typeof made === 'function' ? made.name : ''
  const remedy = REMEDIES.get(name)
  return new EdgeError('INVALID_ARGUMENT', {
    summary: 'this is not a picture',
    expected,
    found: name === '' || name === 'Object' ? 'an object' : `an object of the class ${name}`,
    ...(remedy !== undefined && { remedy }),
  })
}
