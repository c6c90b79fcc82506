import { describe, expect, it } from 'vitest'
import { apart } from '../../page/charts/label-places.js'

const WIDTH = 400

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  )
}

/** Points of 12 pixels at these places, from right to left, and where their labels of 120 pixels come to lie. */
function laidOut(...points: (readonly [x: number, y: number])[]): { points: Box[]; labels: Box[] } {
  const place = apart(WIDTH)
  const rects = points.map(([x, y]) => ({ x: x - 6, y: y - 6, width: 12, height: 12 }))
  const labels = rects.map((rect, dataIndex) => {
    const { x, y } = place({ dataIndex, rect, labelRect: { x: 0, y: 0, width: 120, height: 8 } })
    return { x, y: y - 6, width: 120, height: 12 }
  })
  return { points: rects, labels }
}

describe('labels of points', () => {
  it('stand to the right, or to the left where the drawing ends', () => {
    const { labels } = laidOut([350, 50], [100, 200])
    expect(labels).toMatchObject([
      { x: 350 - 6 - 6 - 120, y: 44 },
      { x: 112, y: 194 },
    ])
  })

  it.each([
    [
      [200, 98],
      [180, 104],
      [160, 100],
      [100, 100],
      [96, 108],
      [90, 95],
    ],
    // The label of the first lies to its left, that of the second above: before the third there is but a point.
    [
      [390, 100],
      [230, 100],
      [120, 100],
    ],
  ] as const)('cover neither each other nor points', (...all) => {
    const { points, labels } = laidOut(...all)
    for (const [index, label] of labels.entries()) {
      expect(labels.filter((other) => other !== label && overlap(label, other))).toEqual([])
      expect(
        points.filter((point) => overlap(label, point)),
        `label ${index}`,
      ).toEqual([])
    }
  })

  it('are placed anew each time', () => {
    const place = apart(WIDTH)
    const one = {
      dataIndex: 0,
      rect: { x: 0, y: 0, width: 12, height: 12 },
      labelRect: { x: 0, y: 0, width: 9, height: 9 },
    }
    expect(place(one)).toEqual(place(one))
  })
})
