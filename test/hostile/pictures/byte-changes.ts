/** Changes of a file that know nothing of its format. */
import type { Random } from '../random.js'

/** A file after a change, and what was changed. */
export interface Change {
  readonly bytes: Buffer
  readonly what: string
}

/** Cuts a file off, as a copy that was broken off or a full disk does. */
export function cutOff(bytes: Buffer, at: number): Change {
  const length = Math.min(Math.max(at, 0), bytes.length)
  return { bytes: bytes.subarray(0, length), what: `cut off at ${length} of ${bytes.length}` }
}

/** Changes bits or bytes, or a range of them: overwrites it, leaves it out, puts one in, or exchanges two. */
export function changeBytes(bytes: Buffer, random: Random): Change {
  const [begin, length] = range(bytes, random)
  const end = begin + length
  const where = `${begin} to ${end}`
  switch (random.below(7)) {
    case 0:
    case 1:
      return changeSingle(bytes, random)
    case 2: {
      const value = random.pick([0, 0xff, 0xd9, undefined])
      const copy = Buffer.from(bytes)
      for (let at = begin; at < end; at += 1) copy[at] = value ?? random.below(256)
      return { bytes: copy, what: `${where} is ${value ?? 'random'}` }
    }
    case 3: {
      const copy = Buffer.from(bytes)
      const from = random.below(bytes.length)
      bytes.copy(copy, begin, from, from + length)
      return { bytes: copy, what: `${where} is what begins at ${from}` }
    }
    case 4:
      return {
        bytes: Buffer.concat([bytes.subarray(0, begin), bytes.subarray(end)]),
        what: `without ${where}`,
      }
    case 5: {
      const twice = Buffer.concat([bytes.subarray(0, end), bytes.subarray(begin)])
      return { bytes: twice, what: `${where} twice` }
    }
    default: {
      const more = Buffer.from(Array.from({ length: Math.min(length, 64) }, () => random.below(256)))
      const longer = Buffer.concat([bytes.subarray(0, begin), more, bytes.subarray(begin)])
      return { bytes: longer, what: `${more.length} bytes put in at ${begin}` }
    }
  }
}

function changeSingle(bytes: Buffer, random: Random): Change {
  const copy = Buffer.from(bytes)
  const places = Array.from({ length: 1 + random.below(4) }, () => place(bytes, random))
  for (const at of places) {
    copy[at] = random.chance(0.5) ? (copy[at] ?? 0) ^ (1 << random.below(8)) : random.below(256)
  }
  return { bytes: copy, what: `bytes ${places.join(', ')}` }
}

function range(bytes: Buffer, random: Random): [begin: number, length: number] {
  const begin = place(bytes, random)
  return [begin, Math.min(1 + random.below(random.pick([4, 32, 400])), bytes.length - begin)]
}

/** Anywhere, but half of the time near the beginning, where headers are. */
function place(bytes: Buffer, random: Random): number {
  return random.below(random.chance(0.5) ? Math.min(200, bytes.length) : bytes.length)
}
