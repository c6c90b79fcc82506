const MOST_KEPT_BYTES = 32 * 1024 * 1024
const STEP_BYTES = 1024 * 1024

/**
 * Memory that the files of one picture after another are read into.
 *
 * New memory for each is what a picture of some megabytes costs most after its decoding: the system clears every page of it, and
 * V8 looks for garbage as memory outside its heap comes and goes.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export class FileMemory {
  #kept = Buffer.alloc(0)

  /**
   * Memory with whatever is in it, which the next call gives again: only one picture is read and decoded at a time. Of a file that is
   * unusually large it is not kept.
   */
  take(bytes: number): Buffer {
    if (bytes > MOST_KEPT_BYTES) return Buffer.allocUnsafeSlow(bytes)
    if (bytes > this.#kept.length) {
      this.#kept = Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES)
    }
    return this.#kept.subarray(0, bytes)
  }
}
