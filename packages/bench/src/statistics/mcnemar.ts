import { optionOutOfRange } from '@edge/errors'
import type { RatioResult } from '../result/schema.js'
import { binomialTest } from './binomial.js'

type McNemar = NonNullable<RatioResult['mcnemar']>

/**
 * Whether two models that classified the same pictures are right equally often: the test of McNemar (1947) in its exact form. Only the
 * pictures that one of them got right and the other wrong say anything; were the models equally good, each of these would be either's with ½,
 * so that their numbers are held against that binomial distribution, on both sides.
 *
 * Exact, not mid-p: it calls a difference what is none at most as often as it says, also of few pictures; for that it finds one somewhat
 * later.
 *
 * @param onlyThis - pictures that only this model got right.
 * @param onlyOther - pictures that only the other one got right.
 * @throws EdgeError `INVALID_ARGUMENT` for what is no count.
 */
export function mcnemar(onlyThis: number, onlyOther: number): McNemar {
  for (const [name, count] of Object.entries({ onlyThis, onlyOther })) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw optionOutOfRange(name, 'a whole number from 0', count)
    }
  }
  return { onlyThis, onlyOther, pValue: binomialTest(onlyThis, onlyThis + onlyOther, 0.5) }
}

/** A picture, and whether it was classified right, where that is known. */
export interface JudgedPicture {
  readonly image: string
  readonly correct?: boolean | undefined
}

/** {@link mcnemar} of the pictures that both were judged on; undefined where there are none. */
export function mcnemarOfPictures(
  ofThis: readonly JudgedPicture[],
  ofOther: readonly JudgedPicture[],
): McNemar | undefined {
  const others = new Map(ofOther.map(({ image, correct }) => [image, correct]))
  const counts = { both: 0, onlyThis: 0, onlyOther: 0 }
  for (const { image, correct } of ofThis) {
    const other = others.get(image)
    if (correct === undefined || other === undefined) continue
    counts.both += 1
    if (correct && !other) counts.onlyThis += 1
    if (other && !correct) counts.onlyOther += 1
  }
  return counts.both === 0 ? undefined : mcnemar(counts.onlyThis, counts.onlyOther)
}
