/**
 * Sensors that could not be read, each once, with the reason of the first time.
 *
 * Some come back: a Jetson's GPU has no temperature while it is switched off. What is said of them then tells that too.
 */
export class Faults {
  readonly #faults = new Map<string, { readonly reason: string; failures: number; recovered: boolean }>()

  /** Notes that `sensor` failed. */
  failed(sensor: string, reason: string): void {
    const fault = this.#faults.get(sensor)
    if (fault === undefined) this.#faults.set(sensor, { reason, failures: 1, recovered: false })
    else {
      fault.failures += 1
      fault.recovered = false
    }
  }

  /** Notes that `sensor`, which had failed, was read. */
  recovered(sensor: string): void {
    const fault = this.#faults.get(sensor)
    if (fault !== undefined) fault.recovered = true
  }

  /** The reasons by sensor. */
  reasons(): Record<string, string> {
    return Object.fromEntries(
      [...this.#faults].map(([sensor, { reason, failures, recovered }]) => [
        sensor,
        recovered
          ? `${reason} (${failures === 1 ? 'once' : `${failures} times`}; later it was read)`
          : reason,
      ]),
    )
  }
}

/** Why a file could not be read, for people. */
export function reasonOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = reasons.get(code)
  if (why !== undefined) return `${path}: ${why} (${code})`
  return `${path}: ${error instanceof Error ? error.message : String(error)}`
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'only root may read it'],
  ['EPERM', 'only root may read it'],
  ['ENOENT', 'there is no such file'],
  ['ENODEV', 'the device has gone'],
  ['ESRCH', 'the process has gone'],
  ['EAGAIN', 'what it measures is switched off'],
  ['ENODATA', 'the sensor has no value'],
  ['EIO', 'the sensor did not answer'],
  ['ETIMEDOUT', 'the sensor did not answer'],
  ['EOPNOTSUPP', 'the kernel has it switched off'],
  ['EINVAL', 'the kernel refuses to read it'],
])
