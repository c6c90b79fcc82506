/** Twenty photographs of ImageNet whose names state what is on them: as many are found as Python finds. */
import { beforeAll, describe, expect, it } from 'vitest'
import { labelledSet } from '../../scripts/setup/crops.js'
import { type Compared, compare, MODELS } from './agreement.js'

// Class 243 is on imagenet_00_243.jpg.
function labelOf(picture: string): number {
  const label = /_(\d+)\.jpg$/.exec(picture)?.[1]
  if (label === undefined) throw new Error(`${picture} states no class`)
  return Number(label)
}

/** On how many the label is the best class, and among the best five. */
function found(compared: readonly Compared[], by: 'ours' | 'python') {
  const among = (first: number): number =>
    compared.filter((one) => one[by].slice(0, first).includes(labelOf(one.picture))).length
  return { pictures: compared.length, best: among(1), bestFive: among(5) }
}

const WAYS = [
  {
    way: "stretched to the model's size",
    set: 'labelled',
    options: { resize: { fit: 'stretch' } },
    python: { fp32: { best: 17, bestFive: 20 }, int8: { best: 18, bestFive: 19 } },
  },
  {
    way: "cropped as the model's manifest says",
    set: 'photographs',
    options: {},
    python: { fp32: { best: 18, bestFive: 19 }, int8: { best: 17, bestFive: 19 } },
  },
] as const

describe.each(WAYS)('what is on labelled photographs, $way', ({ set, options, python }) => {
  describe.each(MODELS)('by %s', (model) => {
    let compared: readonly Compared[]
    beforeAll(async () => {
      compared = await compare(labelledSet().pictures, set, model, options)
    })

    it('is found by Python as often as stated', () => {
      expect(found(compared, 'python')).toEqual({ pictures: 20, ...python[model] })
    })

    // Another processor's XNNPACK rounds int8 otherwise: see agreement.test.ts.
    it.runIf(model === 'fp32' || process.arch === 'x64')('is found by @edge/classify as often', () => {
      expect(found(compared, 'ours')).toEqual(found(compared, 'python'))
    })
  })
})
