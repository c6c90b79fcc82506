import type { Case } from '../suite/cases.js'

/**
 * What a case is compared with; undefined for what others are compared with. The first of these that there is, and that it is not itself:
 *
 * - the baseline, where that is a case;
 * - the same model, so measured, on the first backend that it runs on;
 * - the baseline model, so measured, on the same backend.
 *
 * @param baseline - id of a case or of a model.
 */
export function referenceOf(
  one: Case,
  cases: readonly Case[],
  baseline: string | undefined,
): Case | undefined {
  const chosen = cases.find(({ id }) => id === baseline)
  if (chosen !== undefined) return chosen === one ? undefined : chosen
  const alike = cases.filter(
    (other) =>
      other.threads === one.threads &&
      other.batch === one.batch &&
      other.precision === one.precision &&
      other.scenario === one.scenario,
  )
  const first = alike.find(({ model }) => model.id === one.model.id)
  if (first !== undefined && first !== one) return first
  const model = baseline ?? cases[0]?.model.id
  const reference = alike.find((other) => other.model.id === model && other.backend === one.backend)
  return reference === one ? undefined : reference
}
