interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const GAP = 6
const MOST_STEPS = 12
// What ECharts tells is the height of the letters without what hangs below.
const LEAST_HEIGHT = 14

/**
 * Places labels beside their points so that none covers another, or a point: to the right, or to the left where the drawing ends, and
 * otherwise higher or lower. (ECharts 6.1 has `moveOverlap`, which moves nothing.) Points have to come from right to left: ECharts tells of one
 * after another, and a label may only cover what lies to its right.
 *
 * @param width - of the drawing, in pixels.
 */
export function apart(width: number) {
  let placed: Box[] = []
  return ({ dataIndex = 0, labelRect, rect }: { dataIndex?: number; labelRect: Box; rect: Box }) => {
    // Another layout begins.
    if (dataIndex === 0) placed = []
    const isInside = rect.x + rect.width + GAP + labelRect.width <= width
    const x = isInside ? rect.x + rect.width + GAP : Math.max(0, rect.x - GAP - labelRect.width)
    const middle = rect.y + rect.height / 2
    const height = Math.max(LEAST_HEIGHT, labelRect.height)
    const boxAt = (step: number): Box => {
      // 0, one up, one down, two up …
      const rows = Math.ceil(step / 2) * (step % 2 === 0 ? 1 : -1)
      return { width: labelRect.width, height, x, y: middle - height / 2 + rows * (height + 1) }
    }
    let box = boxAt(0)
    for (let step = 1; step < MOST_STEPS && placed.some((other) => overlap(box, other)); step += 1) {
      box = boxAt(step)
    }
    placed.push(box, rect)
    return { x: box.x, y: box.y + box.height / 2, align: 'left' as const, verticalAlign: 'middle' as const }
  }
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  )
}
