import { EdgeError, optionOutOfRange } from '@edge/errors'

/** Numbers one after another: a list, or a typed array. */
export type Numbers = ArrayLike<number>

/** Inferences in the order in which they ran, as `samplesMs` and `rounds` of a result have them. */
export interface TimedRounds {
  readonly samplesMs: Numbers
  /** Of each sample, in which round it ran. */
  readonly rounds: Numbers
}

/**
 * Copies samples into a typed array, which all that follows is fast on.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for one that is no time: not finite, or negative.
 */
export function checkedTimes(samplesMs: Numbers): Float64Array {
  const times = Float64Array.from(samplesMs)
  const wrong = times.findIndex((time) => !(time >= 0 && time < Number.POSITIVE_INFINITY))
  if (wrong === -1) return times
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `sample ${wrong} is no time`,
    expected: 'a number of milliseconds, finite and not negative',
    found: String(samplesMs[wrong]),
  })
}

/** The same for numbers that may be negative. */
export function checkedNumbers(values: Numbers): Float64Array {
  const numbers = Float64Array.from(values)
  const wrong = numbers.findIndex((value) => !Number.isFinite(value))
  if (wrong === -1) return numbers
  throw optionOutOfRange(`values[${wrong}]`, 'a finite number', values[wrong])
}

/** @throws EdgeError `INVALID_ARGUMENT` for lists of which one is longer. */
export function checkSameLength(name: string, of: Numbers, samples: Numbers): void {
  if (of.length === samples.length) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `${name} does not go with the samples`,
    expected: `${samples.length} entries, one a sample`,
    found: `${of.length} entries`,
  })
}

/** @throws EdgeError `INVALID_ARGUMENT` for anything but a number between 0 and 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw optionOutOfRange('confidence', 'a number above 0 and below 1', confidence)
  }
}
