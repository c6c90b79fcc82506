import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MOST_IN_MEMORY = 16 * 1024 * 1024
const MOST_IN_FILE = 256 * 1024 * 1024

/**
 * Inputs that were made before, by picture: a picture is decoded once, and not between two inferences, whose caches that would empty.
 *
 * A few are in memory. More of them would be in the peak that the model is said to need, so these are in a file without a name, which the
 * system keeps in memory of its own while there is some, and which is gone with this process. What is beyond both is not kept.
 */
export class KeptInputs {
  readonly #memory = new Map<number, Uint8Array>()
  readonly #places = new Map<number, number>()
  readonly #mostInMemory: number
  readonly #mostInFile: number
  #bytesInMemory = 0
  #bytesInFile = 0
  #file: number | undefined

  constructor(mostInMemory = MOST_IN_MEMORY, mostInFile = MOST_IN_FILE) {
    this.#mostInMemory = mostInMemory
    this.#mostInFile = mostInFile
  }

  /** Bytes that are in this process's memory. */
  get bytesInMemory(): number {
    return this.#bytesInMemory
  }

  /** Brings a picture's input into its place; false where it is not kept. */
  copy(image: number, into: Uint8Array): boolean {
    const bytes = this.#memory.get(image)
    if (bytes !== undefined) {
      into.set(bytes)
      return true
    }
    const place = this.#places.get(image)
    if (place === undefined || this.#file === undefined) return false
    return readSync(this.#file, into, 0, into.length, place) === into.length
  }

  keep(image: number, input: Uint8Array): void {
    if (this.#bytesInMemory + input.length <= this.#mostInMemory) {
      this.#bytesInMemory += input.length
      this.#memory.set(image, input.slice())
    } else if (this.#bytesInFile + input.length <= this.#mostInFile) this.#keepInFile(image, input)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    this.#places.clear()
    this.#memory.clear()
    this.#bytesInMemory = 0
    this.#bytesInFile = 0
  }

  #keepInFile(image: number, input: Uint8Array): void {
    try {
      this.#file ??= nameless()
      const place = this.#bytesInFile
      if (writeSync(this.#file, input, 0, input.length, place) < input.length) return
      this.#bytesInFile += input.length
      this.#places.set(image, place)
    } catch {
      // A full disk, or one that takes no files: it is decoded again.
    }
  }
}

function nameless(): number {
  const path = join(tmpdir(), `edge-bench-${randomUUID()}`)
  const file = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  return file
}
