import type { ModelResult } from '../../result/schema.js'
import { classNames } from '../tables/class-names.js'
import type { ConfusionMatrix } from './page-data.js'

// More would be cells too small to read, and a page too large.
const MOST_CLASSES = 40

/** Matrices of models with a confusion: of the classes that were met, or where those are many, of those that are confused most. */
export function confusionMatrices(models: readonly ModelResult[]): readonly ConfusionMatrix[] {
  const names = classNames(models)
  return models.flatMap(({ id, accuracy }) => {
    const pairs = accuracy?.confusion ?? []
    if (pairs.length === 0) return []
    const classes = chosenClasses(pairs)
    const place = new Map(classes.map((index, at) => [index, at]))
    return [
      {
        id,
        classes: classes.map((index) => names.get(index) ?? `class ${index}`),
        counts: pairs.flatMap(([expected, returned, times]) => {
          const [row, column] = [place.get(expected), place.get(returned)]
          return row === undefined || column === undefined ? [] : [[row, column, times] as const]
        }),
      },
    ]
  })
}

function chosenClasses(pairs: readonly (readonly [number, number, number])[]): number[] {
  const wrong = new Map<number, number>()
  for (const [expected, returned, times] of pairs) {
    const counted = expected === returned ? 0 : times
    for (const index of [expected, returned]) wrong.set(index, (wrong.get(index) ?? 0) + counted)
  }
  return [...wrong]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_CLASSES)
    .map(([index]) => index)
    .sort((one, other) => one - other)
}
