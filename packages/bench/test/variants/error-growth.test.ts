import { describe, expect, it } from 'vitest'
import { fallDb, noiseBefore, shareToDb, worstLayer } from '../../src/variants/error-growth.js'
import type { LayerError } from '../../src/variants/layer-errors.js'

const layer = (name: string, noiseShare: number, before: number, nonFinite = 0): LayerError => ({
  name,
  operator: 'CONV_2D',
  shape: [1],
  by: 'name',
  snrDb: null,
  cosine: 1,
  equal: false,
  noiseShare,
  nonFinite,
  noiseBefore: before,
})

describe('noise that goes into a layer', () => {
  it('is that of the worst of its inputs, and goes through layers that were not compared', () => {
    const layers = [{ inputs: [] }, { inputs: [0] }, { inputs: [1] }, { inputs: [0, 2] }, { inputs: [3] }]
    const noises = new Map([
      [0, 0.01],
      [2, 0.2],
      [3, 0.1],
    ])
    expect(noiseBefore(layers, noises)).toEqual([0, 0.01, 0.01, 0.2, 0.1])
  })
})

describe('the layer at which the error grows most', () => {
  it('is not the one with the most error, but the one that adds it', () => {
    const layers = [layer('a', 0.001, 0), layer('b', 0.1, 0.001), layer('c', 0.3, 0.1), layer('d', 0.6, 0.3)]
    expect(worstLayer(layers)?.name).toBe('b')
  })

  it('is not one that makes more of an error that nobody notices', () => {
    expect(worstLayer([layer('a', 1e-7, 0), layer('b', 9e-4, 1e-7), layer('c', 0.004, 9e-4)])?.name).toBe('c')
    expect(fallDb(layer('a', 1e-4, 1e-9))).toBe(0)
  })

  it('is counted in decibels of signal to noise', () => {
    // From 30 dB, which stands for all that is better, to 10.
    expect(fallDb(layer('a', 1 / 11, 0))).toBeCloseTo(20, 12)
    expect(fallDb(layer('a', 1 / 2, 1 / 11))).toBeCloseTo(10, 12)
    expect(fallDb(layer('a', 1 / 11, 1 / 2))).toBeCloseTo(-10, 12)
    // What has lost all signal can't lose more.
    expect(fallDb(layer('a', 1, 0))).toBe(60)
    expect(shareToDb(0.5)).toBeCloseTo(0, 12)
  })

  it('is the first that computes what is no number, where one does', () => {
    const layers = [layer('a', 0.9, 0), layer('b', 1, 0.9, 5), layer('c', 1, 1, 8)]
    expect(worstLayer(layers)?.name).toBe('b')
  })

  it('is none where there is no error', () => {
    expect(worstLayer([layer('a', 0, 0)])).toBeUndefined()
    expect(worstLayer([])).toBeUndefined()
  })
})
