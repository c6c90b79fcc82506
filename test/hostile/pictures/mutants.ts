import { Random } from '../random.js'
import { type Change, changeBytes, cutOff } from './byte-changes.js'
import { mendPng, repackPng } from './formats/png.js'
import { mendWebp } from './formats/webp.js'
import type { Layout } from './layout.js'
import { FORMATS, type Format, type Seed } from './seeds.js'
import { changeFields, changeParts, cutAtPart, layoutOf } from './structure-changes.js'

export interface Mutant {
  /** Its number among those of one seed number. */
  readonly id: number
  readonly seedName: string
  readonly format: Format
  /** What was changed. */
  readonly what: string
  readonly bytes: Buffer
}

interface Entry {
  readonly seed: Seed
  readonly layout: Layout
}

// Of 100 mutants, by what is done to them.
const [CUT, BYTES, FIELDS, PARTS, JOINED] = [15, 20, 30, 20, 10]
/** How often a second change follows the first. */
const AGAIN = 0.25
/** How often checksums and the file's own size are put right afterwards. */
const MENDED = 0.8

/** Makes changed pictures: number N of seed number S is the same in every run with the same version of sharp. */
export class PictureMutator {
  readonly #byFormat: ReadonlyMap<Format, readonly Entry[]>
  readonly #all: readonly Entry[]
  readonly #seed: number

  constructor(seeds: readonly Seed[], seed: number) {
    this.#all = seeds.map((entry) => ({ seed: entry, layout: layoutOf(entry.format, entry.bytes) }))
    this.#byFormat = new Map(
      FORMATS.map((format) => [format, this.#all.filter((entry) => entry.seed.format === format)]),
    )
    this.#seed = seed
  }

  mutant(id: number): Mutant {
    const random = new Random(this.#seed, id)
    // Each format as often as the others, however many kinds there are of it.
    const format = FORMATS[id % FORMATS.length] ?? 'jpeg'
    for (;;) {
      const { seed } = random.pick(this.#byFormat.get(format) ?? [])
      const change = this.#change(seed, random)
      if (!change.bytes.equals(seed.bytes)) return { id, seedName: seed.name, format, ...change }
    }
  }

  #change(seed: Seed, random: Random): Change {
    let change = this.#once(seed.format, seed.bytes, random)
    if (random.chance(AGAIN) && change.bytes.length > 0) {
      const second = this.#once(seed.format, change.bytes, random)
      change = { bytes: second.bytes, what: `${change.what}; ${second.what}` }
    }
    // A file that was cut off stays as it was cut.
    if (!change.what.includes('cut off') && random.chance(MENDED)) return mended(seed.format, change)
    return change
  }

  #once(format: Format, bytes: Buffer, random: Random): Change {
    const layout = layoutOf(format, bytes)
    let level = random.below(100)
    level -= CUT
    if (level < 0) {
      return random.chance(0.5) ? cutAtPart(bytes, layout, random) : cutOff(bytes, random.below(bytes.length))
    }
    level -= BYTES
    if (level < 0) return changeBytes(bytes, random)
    level -= FIELDS
    if (level < 0) return changeFields(bytes, layout, random)
    const other = this.#other(format, random)
    level -= PARTS
    if (level < 0) {
      const { name, bytes: from } = other.seed
      return changeParts(bytes, layout, { name, bytes: from, parts: other.layout.parts }, random)
    }
    level -= JOINED
    if (level < 0) return joined(bytes, other.seed, random)
    return changeDeep(format, bytes, layout, random)
  }

  /** Most often one of the same format: its parts are more likely to be taken for one's own. */
  #other(format: Format, random: Random): Entry {
    const ofFormat = this.#byFormat.get(format) ?? []
    for (;;) {
      const other = random.pick(random.chance(0.75) ? ofFormat : this.#all)
      if (other.layout.parts.length > 0) return other
    }
  }
}

/** Two pictures as one file: one behind the other, or the beginning of one and the end of the other. */
function joined(bytes: Buffer, other: Seed, random: Random): Change {
  if (random.chance(0.4)) {
    const [first, second] = random.chance(0.5) ? [bytes, other.bytes] : [other.bytes, bytes]
    return { bytes: Buffer.concat([first, second]), what: `joined with ${other.name}` }
  }
  const [end, begin] = [random.below(bytes.length), random.below(other.bytes.length)]
  const spliced = Buffer.concat([bytes.subarray(0, end), other.bytes.subarray(begin)])
  return { bytes: spliced, what: `from ${end} on ${other.name} from ${begin} on` }
}

/** Changes behind what would hide them: a PNG's rows before they are packed; elsewhere bytes of a part that holds pixels. */
function changeDeep(format: Format, bytes: Buffer, layout: Layout, random: Random): Change {
  if (format === 'png') {
    let what = ''
    const change = (rows: Buffer): Buffer => {
      const changed = changeBytes(rows, random)
      what = `rows: ${changed.what}`
      return changed.bytes
    }
    try {
      return { bytes: repackPng(bytes, change), what }
    } catch {
      // A first change may have left no rows to unpack.
    }
  }
  const largest = layout.parts.reduce<{ begin: number; end: number }>(
    (most, part) => (part.end - part.begin > most.end - most.begin ? part : most),
    { begin: 0, end: 0 },
  )
  if (largest.end === 0) return changeBytes(bytes, random)
  const copy = Buffer.from(bytes)
  const places = Array.from(
    { length: 1 + random.below(8) },
    () => largest.begin + random.below(largest.end - largest.begin),
  )
  for (const at of places) copy[at] = random.below(256)
  return { bytes: copy, what: `pixels at ${places.join(', ')}` }
}

function mended(format: Format, { bytes, what }: Change): Change {
  if (format !== 'png' && format !== 'webp') return { bytes, what }
  const copy = Buffer.from(bytes)
  if (format === 'png') mendPng(copy)
  else mendWebp(copy)
  return { bytes: copy, what: `${what}, mended` }
}
