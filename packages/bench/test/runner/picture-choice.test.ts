import { describe, expect, it } from 'vitest'
import { PictureChoice } from '../../src/runner/picture-choice.js'
import { Random } from '../../src/statistics/random.js'

describe('PictureChoice', () => {
  it('draws each picture as often as another', () => {
    const counts = [0, 0, 0, 0]
    for (const image of new PictureChoice(['a', 'b', 'c', 'd']).pick(4000, new Random(1))) {
      counts[image] = (counts[image] ?? 0) + 1
    }
    // 1000 ± 27: four of those are exceeded once in 4000 runs.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(110)
  })

  it('draws the same from the same seed, but for what is left out', () => {
    const choice = new PictureChoice(['a', 'b', 'c', 'd'])
    const before = choice.pick(50, new Random(1))
    expect(choice.leaveOut(2, 'it is no picture')).toBe(true)
    const after = choice.pick(30, new Random(1))
    expect(before).toContain(2)
    expect(after).toEqual(before.filter((image) => image !== 2).slice(0, 30))
    expect(choice.leftOut).toEqual([{ image: 'c', reason: 'it is no picture' }])
  })

  it('leaves nothing out twice, nor what there is not', () => {
    const choice = new PictureChoice(['a', 'b'])
    expect([choice.leaveOut(1, 'x'), choice.leaveOut(1, 'x'), choice.leaveOut(2, 'x')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('is zeros where there are no pictures, and an error where none is left', () => {
    expect(new PictureChoice([]).pick(3, new Random(1))).toEqual([0, 0, 0])
    const choice = new PictureChoice(['a'])
    choice.leaveOut(0, 'it is empty')
    expect(() => choice.pick(1, new Random(1))).toThrow(
      expect.objectContaining({ code: 'IMAGE_INVALID', found: 'it is empty' }),
    )
  })
})
