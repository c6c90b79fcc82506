import type { Session } from '@edge/runtime'

/** Of the largest magnitude of an output. */
export const TOLERANCE = 1e-3

/** What has inputs: a session, or a request of one. */
export interface Fillable {
  readonly inputs: readonly unknown[]
  input(index: number, dtype: 'float32'): { readonly data: Float32Array }
}

/** Values of about −2 to 2 for every input, the same for the same number. */
export function fillInputs(target: Fillable, number: number): void {
  for (const [index] of target.inputs.entries()) {
    const { data } = target.input(index, 'float32')
    let state = 2654435769 * (number + 1 + index)
    for (let i = 0; i < data.length; i += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      data[i] = state / 2 ** 30
    }
  }
}

/** All values of the first output. */
export async function answer(session: Session, number: number): Promise<Float32Array> {
  fillInputs(session, number)
  await session.run()
  return session.output(0, 'float32').data.slice()
}

/** The largest difference, as a part of the largest magnitude. A NaN counts as infinitely wrong. */
export function difference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const apart = expected.reduce((most, value, i) => {
    const one = Math.abs(value - (found[i] ?? Number.NaN))
    return Number.isNaN(one) ? Number.POSITIVE_INFINITY : Math.max(most, one)
  }, 0)
  return apart === 0 ? 0 : apart / largest
}

/** {@link difference} of all answers the worst. */
export function worst(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  return Math.max(
    ...expected.map((values, number) => difference(found[number] ?? new Float32Array(), values)),
  )
}
