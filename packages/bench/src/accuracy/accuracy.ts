import type { Accuracy } from '../result/schema.js'
import { wilsonInterval } from '../statistics/wilson.js'
import type { Classified } from '../subject/protocol.js'

const TOP = 5

/**
 * What a model said of pictures, and of how many it was right.
 *
 * A picture that could not be decoded is left out: it says nothing about the model.
 *
 * @param expected - the class of each picture, where it is known.
 * @returns undefined where no picture's class is known, and none was classified.
 */
export function accuracyOf(
  classified: Classified,
  images: readonly string[],
  expected: readonly (number | undefined)[],
  confidence: number,
): Accuracy | undefined {
  const pictures: Accuracy['pictures'] = []
  const pairs = new Map<string, [number, number, number]>()
  let known = 0
  let first = 0
  let amongTop = 0
  for (const [index, picture] of classified.pictures.entries()) {
    const image = images[index]
    if (image === undefined || 'error' in picture) continue
    const [best] = picture.classes
    if (best === undefined) continue
    const wanted = expected[index]
    pictures.push({
      image,
      class: best.index,
      score: best.score,
      ...(best.label !== undefined && { label: best.label }),
      ...(wanted !== undefined && { expected: wanted, correct: best.index === wanted }),
    })
    if (wanted === undefined) continue
    known += 1
    if (best.index === wanted) first += 1
    if (picture.classes.slice(0, TOP).some((one) => one.index === wanted)) amongTop += 1
    const key = `${wanted} ${best.index}`
    const pair = pairs.get(key) ?? [wanted, best.index, 0]
    pair[2] += 1
    pairs.set(key, pair)
  }
  if (pictures.length === 0) return undefined
  const share = (count: number) => ({ count, of: known, interval: wilsonInterval(count, known, confidence) })
  return {
    pictures,
    ...(known > 0 && {
      top1: share(first),
      top5: share(amongTop),
      confusion: [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d),
    }),
  }
}
