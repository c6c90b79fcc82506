/**
 * What is the matter with a sensor:
 *
 * - `absent`: there is none, it is switched off, or it was late for once;
 * - `unusable`: it is there, and only root may read it, or what it tells makes no sense. So it is on many machines, at any time;
 * - `broken`: it is there, and does not answer.
 */
export type FaultKind = 'absent' | 'unusable' | 'broken'

/** Why a sensor could not be read. */
export interface Fault {
  readonly kind: FaultKind
  /** For people. */
  readonly reason: string
}

/**
 * Sensors that could not be read, each once, with the reason of the first time.
 *
 * Some come back: a Jetson's GPU has no temperature while it is switched off. What is said of them then tells that too.
 */
export class Faults {
  readonly #faults = new Map<
    string,
    { readonly reason: string; kind: FaultKind; failures: number; recovered: boolean }
  >()

  /** Notes that `sensor` failed. */
  failed(sensor: string, { reason, kind }: Fault): void {
    const fault = this.#faults.get(sensor)
    if (fault === undefined) this.#faults.set(sensor, { reason, kind, failures: 1, recovered: false })
    else {
      fault.kind = kind
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

  /** Sensors with which that was the matter when they were last tried. */
  named(kind: FaultKind): string[] {
    return [...this.#faults].flatMap(([sensor, fault]) =>
      fault.kind === kind && !fault.recovered ? [sensor] : [],
    )
  }
}

/** Why a file could not be read. */
export function faultOf(error: unknown, path: string): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [kind, why] = codes.get(code) ?? ['unusable', undefined]
  if (why !== undefined) return { kind, reason: `${path}: ${why} (${code})` }
  return { kind, reason: `${path}: ${error instanceof Error ? error.message : String(error)}` }
}

const codes: ReadonlyMap<string, readonly [FaultKind, string]> = new Map([
  ['EACCES', ['unusable', 'only root may read it']],
  ['EPERM', ['unusable', 'only root may read it']],
  ['EINVAL', ['unusable', 'the kernel refuses to read it']],
  ['ENOENT', ['absent', 'there is no such file']],
  ['ESRCH', ['absent', 'the process has gone']],
  ['EAGAIN', ['absent', 'what it measures is switched off']],
  ['ENODATA', ['absent', 'the sensor has no value']],
  ['EOPNOTSUPP', ['absent', 'the kernel has it switched off']],
  ['ENODEV', ['broken', 'the device has gone']],
  ['ENXIO', ['broken', 'the device has gone']],
  ['EIO', ['broken', 'the sensor did not answer']],
  ['EREMOTEIO', ['broken', 'the sensor did not answer']],
  ['ETIMEDOUT', ['broken', 'the sensor did not answer']],
])
