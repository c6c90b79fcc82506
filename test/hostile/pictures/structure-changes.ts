/** Changes of what a decoder goes by: sizes, lengths and kinds in headers; chunks, segments, boxes and blocks as a whole. */
import type { Random } from '../random.js'
import { type Change, changeBytes, cutOff } from './byte-changes.js'
import { avifLayout } from './formats/avif.js'
import { gifLayout } from './formats/gif.js'
import { jpegLayout } from './formats/jpeg.js'
import { pngLayout } from './formats/png.js'
import { tiffLayout } from './formats/tiff.js'
import { webpLayout } from './formats/webp.js'
import { type Field, type Layout, type Part, readField, writeField } from './layout.js'
import type { Format } from './seeds.js'

const LAYOUTS: Readonly<Record<Format, (bytes: Buffer) => Layout>> = {
  jpeg: jpegLayout,
  png: pngLayout,
  webp: webpLayout,
  avif: avifLayout,
  tiff: tiffLayout,
  gif: gifLayout,
}

/** Largest mutant: a part may be repeated many times. */
const MOST_BYTES = 256 * 1024

export function layoutOf(format: Format, bytes: Buffer): Layout {
  return LAYOUTS[format](bytes)
}

/** Cuts a file off within, at or beside the beginning of a part. */
export function cutAtPart(bytes: Buffer, layout: Layout, random: Random): Change {
  if (layout.parts.length === 0) return cutOff(bytes, random.below(bytes.length))
  const { begin, end } = random.pick(layout.parts)
  return cutOff(
    bytes,
    random.pick([begin, begin + 1, begin + 4, begin + 8, end - 1, begin + random.below(end - begin)]),
  )
}

/** Gives one or two numbers of the headers other values. */
export function changeFields(bytes: Buffer, layout: Layout, random: Random): Change {
  if (layout.fields.length === 0) return changeBytes(bytes, random)
  const copy = Buffer.from(bytes)
  const changed = Array.from({ length: random.chance(0.7) ? 1 : 2 }, () => {
    const field = pickField(layout.fields, random)
    const value = otherValue(field, readField(bytes, field), random)
    if (field.at + field.bytes <= copy.length) writeField(copy, field, value)
    return `${field.name} is ${value}`
  })
  return { bytes: copy, what: changed.join(', ') }
}

/** Leaves a part out, or puts it, or one of another file, elsewhere or there many times; or changes bytes within. */
export function changeParts(bytes: Buffer, layout: Layout, other: PartsOf, random: Random): Change {
  if (layout.parts.length === 0) return changeBytes(bytes, random)
  const { name, begin, end } = random.pick(layout.parts)
  const [before, part, after] = [bytes.subarray(0, begin), bytes.subarray(begin, end), bytes.subarray(end)]
  const joined = (what: string, ...pieces: readonly Buffer[]): Change => ({
    bytes: Buffer.concat(pieces),
    what: `${name} ${what}`,
  })
  switch (random.below(6)) {
    case 0:
      return joined('left out', before, after)
    case 1: {
      const most = Math.max(1, Math.floor(MOST_BYTES / Math.max(1, part.length)))
      const count = Math.min(most, random.pick([1, 2, 9, 400]))
      return joined(`${1 + count} times`, before, ...Array<Buffer>(1 + count).fill(part), after)
    }
    case 2:
      return joined('at the end', before, after, part)
    case 3: {
      const place = random.pick(layout.parts)
      if (place.begin >= end) {
        const between = bytes.subarray(end, place.begin)
        return joined(`behind ${place.name}`, before, between, part, bytes.subarray(place.begin))
      }
      return joined(`before ${place.name}`, bytes.subarray(0, place.begin), part, bytes.subarray(place.begin))
    }
    case 4: {
      const foreign = random.pick(other.parts)
      const pieces = random.chance(0.5) ? [part] : []
      const more = other.bytes.subarray(foreign.begin, foreign.end)
      return joined(`with ${foreign.name} of ${other.name}`, before, ...pieces, more, after)
    }
    default: {
      const change = changeBytes(Buffer.from(part), random)
      return joined(`changed: ${change.what}`, before, change.bytes, after)
    }
  }
}

/** Another picture, whose parts are put into the one that is changed. */
export interface PartsOf {
  readonly name: string
  readonly bytes: Buffer
  readonly parts: readonly Part[]
}

const IS_SIZE = /width|height|^value of 25[67]$/

/** Sizes more often than others: what memory is asked for by. */
function pickField(fields: readonly Field[], random: Random): Field {
  const sizes = fields.filter(({ name }) => IS_SIZE.test(name))
  return random.pick(sizes.length > 0 && random.chance(0.3) ? sizes : fields)
}

function otherValue({ bytes }: Field, value: number, random: Random): number {
  const limit = 256 ** bytes
  const candidates = [
    ...[0, 1, 2, limit - 1, limit - 2, limit / 2, limit / 2 - 1, limit / 4],
    ...[
      value + 1,
      value - 1,
      value * 2,
      value * 256,
      value ^ (1 << random.below(8)),
      value ^ (1 << random.below(8)),
    ],
    ...[random.below(256), random.below(4096), random.below(limit), random.below(limit)],
  ]
  return ((random.pick(candidates) % limit) + limit) % limit
}
