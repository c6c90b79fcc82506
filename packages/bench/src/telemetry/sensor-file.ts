import { type Fault, type Faults, faultOf } from './faults.js'
import type { FileAccess } from './file-access.js'

/** Whole numbers that a sensor can mean; what lies outside is garbage. */
export interface PlausibleRange {
  readonly least: number
  readonly most: number
}

/** One round of reading. */
export interface Tick {
  /** Seconds since the last round; undefined in the first. */
  readonly elapsedS: number | undefined
  /** Resolves when a sensor that has not answered is given up for this round. */
  readonly late: Promise<typeof LATE>
}

/** What {@link Tick.late} resolves to. */
export const LATE = Symbol('late')

/** When sensors that have not answered are given up, if it is not cancelled before. */
export interface Lateness {
  readonly late: Promise<typeof LATE>
  readonly cancel: () => void
}

/** {@link Lateness} of so many milliseconds. */
export function lateAfter(ms: number): Lateness {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms)
    timer.unref()
  })
  return { late, cancel: () => clearTimeout(timer) }
}

// A sensor that failed so often in a row is tried again only now and then: a failed read may be a slow one.
const PATIENCE = 3
const RETRY_EVERY = 20

/**
 * A file of sysfs or procfs that is read again and again.
 *
 * It stays open and is read from offset 0, upon which the kernel makes its contents anew: 13 µs of processor time a reading, where opening
 * it each time takes 70. A device that goes away fails the read, also through the open file. Reads run on libuv's threads: an I²C sensor
 * that takes milliseconds holds nobody up, and one that never answers is given up.
 */
export class SensorFile {
  readonly name: string
  readonly path: string
  readonly #faults: Faults
  readonly #access: FileAccess
  readonly #buffer: Buffer
  #file: number | undefined
  #reading = false
  #closed = false
  #late = false
  #wasRead = false
  #failures = 0
  #skipped = 0

  /** @param name - what `unreadable` calls it. */
  constructor(name: string, path: string, faults: Faults, access: FileAccess, bytes: number) {
    this.name = name
    this.path = path
    this.#faults = faults
    this.#access = access
    this.#buffer = Buffer.allocUnsafe(bytes)
  }

  /**
   * What `parse` makes of its text, which comes without white space at the end; undefined where it cannot be read, or where `parse` throws.
   * Both are noted.
   */
  async value<T>({ late }: Tick, parse: (text: string) => T): Promise<T | undefined> {
    if (this.#closed || this.#reading || this.#rests()) return undefined
    const value = await Promise.race([this.#read(parse), late])
    if (value !== LATE) return value
    this.#late = true
    this.#failed({ kind: 'broken', reason: `${this.path}: it did not answer in time` })
    return undefined
  }

  /** Its whole number; undefined where there is none within `range`, which is noted. */
  number(tick: Tick, range: PlausibleRange): Promise<number | undefined> {
    return this.value(tick, (text) => wholeNumberWithin(text, range))
  }

  /** Closes it; a read under way is let finish first. */
  close(): void {
    this.#closed = true
    if (!this.#reading) this.#drop()
  }

  async #read<T>(parse: (text: string) => T): Promise<T | undefined> {
    this.#reading = true
    this.#late = false
    try {
      this.#file ??= await this.#access.open(this.path)
      const bytes = await this.#access.read(this.#file, this.#buffer)
      const text = this.#buffer.toString('utf8', 0, bytes).trimEnd()
      if (text === '') throw new Error('it is empty')
      const value = parse(text)
      // What came too late came for nobody.
      if (!this.#late) this.#succeeded()
      return value
    } catch (error) {
      this.#failed(faultOf(error, this.path))
      this.#drop()
      return undefined
    } finally {
      this.#reading = false
      if (this.#closed) this.#drop()
    }
  }

  #rests(): boolean {
    if (this.#failures < PATIENCE) return false
    this.#skipped = (this.#skipped + 1) % RETRY_EVERY
    return this.#skipped !== 0
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#faults.recovered(this.name)
    this.#failures = 0
    this.#wasRead = true
  }

  #failed({ kind, reason }: Fault): void {
    this.#failures += 1
    // One that was read before may be late once: on a machine that is busy with something else, each of them is.
    const isOnce = kind === 'broken' && this.#wasRead && this.#failures === 1
    this.#faults.failed(this.name, { reason, kind: isOnce ? 'absent' : kind })
  }

  #drop(): void {
    const file = this.#file
    this.#file = undefined
    // A file that was only read has nothing to lose when it is closed.
    if (file !== undefined) this.#access.close(file).catch(() => {})
  }
}

/** Makes sensor files that are read in one way and note what is wrong in one place. */
export class SensorFiles {
  readonly #faults: Faults
  readonly #access: FileAccess

  constructor(faults: Faults, access: FileAccess) {
    this.#faults = faults
    this.#access = access
  }

  /**
   * @param name - what `unreadable` calls it.
   * @param bytes - so much of it is read.
   */
  at(name: string, path: string, bytes = 256): SensorFile {
    return new SensorFile(name, path, this.#faults, this.#access, bytes)
  }
}

/** A whole number that is exact in JavaScript; undefined of any other text. */
export function wholeNumber(text: string): number | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** @throws Error where the text is no whole number within `range`. */
export function wholeNumberWithin(text: string, { least, most }: PlausibleRange): number {
  const value = wholeNumber(text)
  if (value !== undefined && value >= least && value <= most) return value
  throw new Error(`expected a whole number from ${least} to ${most}, found ${quoted(text)}`)
}

/** The beginning of a text, for messages. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
