/**
 * Which of many samples to draw so that the drawing looks as if all were there: of each stretch of consecutive ones the least and the
 * greatest, in the order in which they come.
 *
 * @param most - how many to draw at most; at least two.
 */
export function drawnIndices(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values.map((_, index) => index)
  const stretches = Math.max(1, Math.floor(most / 2))
  const drawn: number[] = []
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const begin = Math.floor((stretch * values.length) / stretches)
    const end = Math.floor(((stretch + 1) * values.length) / stretches)
    let [least, greatest] = [begin, begin]
    for (let index = begin + 1; index < end; index += 1) {
      const value = values[index] ?? 0
      if (value < (values[least] ?? 0)) least = index
      if (value > (values[greatest] ?? 0)) greatest = index
    }
    drawn.push(Math.min(least, greatest))
    if (least !== greatest) drawn.push(Math.max(least, greatest))
  }
  return drawn
}
