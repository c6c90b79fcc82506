import { describe, expect, it } from 'vitest'
import { planResize } from '../src/geometry.js'

const square = { width: 224, height: 224 }
const crop = { fit: 'cover-crop', cropRatio: 0.875, kernel: 'bilinear' } as const

describe('planResize', () => {
  it.each([
    // The photographs' sizes, and what PIL's round() and floor division make of them.
    [{ width: 451, height: 300 }, { width: 385, height: 256 }, 80, 16],
    [{ width: 427, height: 640 }, { width: 256, height: 384 }, 16, 80],
    [{ width: 224, height: 224 }, { width: 256, height: 256 }, 16, 16],
    [{ width: 1, height: 1 }, { width: 256, height: 256 }, 16, 16],
  ])('scales the short side to 256 and centres the crop: %o', (source, resized, left, top) => {
    expect(planResize(source, square, crop, 'p')).toEqual({ resized, left, top, crop: square })
  })

  it('covers a tensor that is not square on both sides', () => {
    const target = { width: 192, height: 96 }
    expect(planResize({ width: 400, height: 400 }, target, { ...crop, cropRatio: 1 }, 'p')).toEqual({
      resized: { width: 192, height: 192 },
      left: 0,
      top: 48,
      crop: target,
    })
  })

  it('never crops outside the picture, whatever the rounding', () => {
    for (let width = 1; width <= 60; width += 1) {
      for (let height = 1; height <= 60; height += 1) {
        for (const cropRatio of [1, 0.97, 0.875, 0.3]) {
          const target = { width: 7, height: 5 }
          const plan = planResize({ width, height }, target, { ...crop, cropRatio }, 'p')
          expect(plan.left).toBeGreaterThanOrEqual(0)
          expect(plan.top).toBeGreaterThanOrEqual(0)
          expect(plan.left + target.width).toBeLessThanOrEqual(plan.resized.width)
          expect(plan.top + target.height).toBeLessThanOrEqual(plan.resized.height)
        }
      }
    }
  })

  it('stretches whatever the proportions', () => {
    const stretch = { ...crop, fit: 'stretch' } as const
    expect(planResize({ width: 5000, height: 2 }, square, stretch, 'p')).toEqual({
      resized: square,
      left: 0,
      top: 0,
      crop: square,
    })
  })

  it('refuses to crop a strip', () => {
    expect(planResize({ width: 1000, height: 10 }, square, crop, 'p').crop).toEqual(square)
    for (const strip of [
      { width: 1001, height: 10 },
      { width: 10, height: 1001 },
    ]) {
      expect(() => planResize(strip, square, crop, 'p')).toThrow(
        expect.objectContaining({ code: 'IMAGE_UNSUPPORTED' }),
      )
    }
  })
})
