import { FAILURES } from '../result/failures.js'
import type { ModelResult } from '../result/schema.js'
import type { Sampled } from '../telemetry/index.js'

/** What a run's sensors could not tell. */
export type SensorFaults = Pick<Sampled, 'unreadable' | 'unusable' | 'broken'>

// How many of them are named: a PC without permission has one for each part of its processor.
const NAMED = 3

/** Says which sensors are there and could not be read; those that are not there are in `unreadable` alone. */
export function sensorWarnings({ unreadable, unusable, broken }: SensorFaults): ModelResult['warnings'] {
  const text = (names: readonly string[]): string => {
    const some = names.slice(0, NAMED).map((name) => `${name}: ${unreadable[name] ?? 'no reason is known'}`)
    return `${some.join('; ')}${names.length > NAMED ? `; and ${names.length - NAMED} more` : ''}`
  }
  const warnings: ModelResult['warnings'] = []
  if (broken.length > 0) {
    const message = `Sensors that are there did not answer: ${text(broken)}. --no-sensors leaves them alone.`
    warnings.push({ code: FAILURES.sensors, message, unreliable: false })
  }
  if (unusable.length > 0) {
    const message = `Sensors could not be read: ${text(unusable)}.`
    warnings.push({ code: 'sensors-unreadable', message, unreliable: false })
  }
  return warnings
}
