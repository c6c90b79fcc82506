import { describe, expect, it } from 'vitest'
import { planResize } from '../src/geometry.js'
import { RESIZE } from './pictures.js'

const square = { width: 224, height: 224 }
const crop = { ...RESIZE, fit: 'cover-crop' } as const

describe('planResize', () => {
  it.each([
    // The photographs' sizes, and what PIL's round() and floor division make of them.
    [{ width: 451, height: 300 }, { width: 385, height: 256 }, 80, 16],
    [{ width: 427, height: 640 }, { width: 256, height: 384 }, 16, 80],
    [{ width: 224, height: 224 }, { width: 256, height: 256 }, 16, 16],
    [{ width: 1, height: 1 }, { width: 256, height: 256 }, 16, 16],
  ])('scales the short side to 256 and centres the crop: %o', (source, resized, left, top) => {
    expect(planResize(source, square, crop, 'p')).toEqual({ resized, left, top, crop: square, x: 0, y: 0 })
  })

  it('covers a tensor that is not square on both sides', () => {
    const target = { width: 192, height: 96 }
    expect(planResize({ width: 400, height: 400 }, target, { ...crop, cropRatio: 1 }, 'p')).toEqual({
      resized: { width: 192, height: 192 },
      left: 0,
      top: 48,
      crop: target,
      x: 0,
      y: 0,
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
      x: 0,
      y: 0,
    })
  })

  it('refuses to crop a strip', () => {
    expect(planResize({ width: 40960, height: 10 }, square, crop, 'p').crop).toEqual(square)
    for (const strip of [
      { width: 40961, height: 10 },
      { width: 10, height: 40961 },
    ]) {
      expect(() => planResize(strip, square, crop, 'p')).toThrow(
        expect.objectContaining({ code: 'IMAGE_UNSUPPORTED' }),
      )
    }
  })

  it.each([
    // torchvision 0.24's int(256 * long / short) and int(round((side - 224) / 2.0)).
    [{ width: 640, height: 427 }, { width: 383, height: 256 }, 80, 16],
    [{ width: 427, height: 640 }, { width: 256, height: 383 }, 16, 80],
    [{ width: 451, height: 300 }, { width: 384, height: 256 }, 80, 16],
    [{ width: 600, height: 400 }, { width: 384, height: 256 }, 80, 16],
    [{ width: 500, height: 489 }, { width: 261, height: 256 }, 18, 16],
  ])("rounds as torchvision's transforms do: %o", (source, resized, left, top) => {
    const plan = planResize(source, square, { ...crop, rounding: 'torchvision' }, 'p')
    expect(plan).toEqual({ resized, left, top, crop: square, x: 0, y: 0 })
  })

  it.each([
    // Where PIL 12.0's ImageOps.pad(Image.new('L', size, 255), (width, height)) puts its white.
    [{ width: 451, height: 300 }, square, [0, 38, 224, 149]],
    [{ width: 300, height: 451 }, square, [38, 0, 149, 224]],
    [{ width: 640, height: 427 }, { width: 96, height: 160 }, [0, 48, 96, 64]],
    [{ width: 7, height: 7 }, { width: 10, height: 5 }, [2, 0, 5, 5]],
    [{ width: 8, height: 5 }, { width: 8, height: 6 }, [0, 0, 8, 5]],
    [{ width: 8, height: 5 }, { width: 8, height: 8 }, [0, 2, 8, 5]],
    // PIL refuses these, which it would make 0 pixels high.
    [{ width: 5000, height: 2 }, square, [0, 112, 224, 1]],
  ])("contains as PIL's ImageOps.pad does: %o in %o", (source, target, [x, y, width, height]) => {
    const plan = planResize(source, target, { ...RESIZE, fit: 'contain' }, 'p')
    expect(plan).toEqual({
      resized: { width, height },
      left: 0,
      top: 0,
      crop: { width, height },
      x,
      y,
    })
  })
})
