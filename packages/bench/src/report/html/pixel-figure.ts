/** A number with as many digits as a drawing can show, and no more: there are tens of thousands of them in a page. */
export function pixelFigure(value: number): number {
  return Number(value.toPrecision(5))
}
