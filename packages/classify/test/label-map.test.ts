import { describe, expect, it } from 'vitest'
import { mapLabels } from '../src/label-map.js'

const names = (count: number, first = 'label 0') => [
  first,
  ...Array.from({ length: count - 1 }, (_, i) => `label ${i + 1}`),
]

describe('mapLabels', () => {
  it('puts label i to class i', () => {
    const label = mapLabels(names(1000), 1000, 0)
    expect([label(0), label(999)]).toEqual(['label 0', 'label 999'])
  })

  it('numbers classes that have no labels', () => {
    expect(mapLabels(undefined, 1000, 0)(7)).toBe('class 7')
  })

  it('finds 1001 labels for 1000 classes off by one, and says what mends it', () => {
    expect(() => mapLabels(names(1001, 'background'), 1000, 0)).toThrow(
      expect.objectContaining({
        code: 'LABELS_MISMATCH',
        expected: '1000 labels for 1000 classes',
        found: '1001',
        remedy: expect.stringMatching(/off by one.*"background".*labelOffset: 1 .*--label-offset 1\b/),
      }),
    )
    const label = mapLabels(names(1001, 'background'), 1000, 1)
    expect([label(0), label(999)]).toEqual(['label 1', 'label 1000'])
  })

  it('finds 1000 labels for 1001 classes off by one, and says what mends it', () => {
    expect(() => mapLabels(names(1000), 1001, 0)).toThrow(
      expect.objectContaining({
        code: 'LABELS_MISMATCH',
        expected: '1001 labels for 1001 classes',
        found: '1000',
        remedy: expect.stringMatching(/off by one.*labelOffset: -1 .*--label-offset -1\b/),
      }),
    )
    const label = mapLabels(names(1000), 1001, -1)
    expect([label(0), label(1), label(1000)]).toEqual(['class 0', 'label 0', 'label 999'])
  })

  it.each([
    [1000, 1000, 1],
    [1001, 1000, -1],
    [90, 1000, 0],
    [1002, 1000, 1],
  ])('refuses %i labels for %i classes with offset %i', (labels, classes, offset) => {
    expect(() => mapLabels(names(labels), classes, offset)).toThrow(
      expect.objectContaining({ code: 'LABELS_MISMATCH', remedy: expect.any(String) }),
    )
  })

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses an offset of %f', (offset) => {
    expect(() => mapLabels(names(2), 2, offset)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })
})
