/**
 * The indices of the `k` largest values, largest first. Of equal values the one with the lower index comes first.
 *
 * It keeps a heap of the best `k` seen, and so does not sort the thousands of others.
 *
 * @param values - no NaN among them.
 * @param k - 1 to the number of values.
 * @param isEligible - whether an index may be among them. Default: all may.
 */
export function topK(
  values: Float64Array,
  k: number,
  isEligible?: (index: number) => boolean,
): readonly number[] {
  // The root is the worst of those kept.
  const heap: number[] = []
  for (let index = 0; index < values.length; index += 1) {
    if (isEligible?.(index) === false) continue
    if (heap.length < k) {
      heap.push(index)
      siftUp(heap, values)
    } else if (heap[0] !== undefined && isWorse(values, heap[0], index)) {
      heap[0] = index
      siftDown(heap, values)
    }
  }
  return heap.sort((a, b) => (isWorse(values, a, b) ? 1 : -1))
}

function isWorse(values: Float64Array, a: number, b: number): boolean {
  const [valueOfA = 0, valueOfB = 0] = [values[a], values[b]]
  return valueOfA < valueOfB || (valueOfA === valueOfB && a > b)
}

function siftUp(heap: number[], values: Float64Array): void {
  let child = heap.length - 1
  while (child > 0) {
    const parent = (child - 1) >> 1
    if (!swapIfWorse(heap, values, child, parent)) return
    child = parent
  }
}

function siftDown(heap: number[], values: Float64Array): void {
  let parent = 0
  for (;;) {
    const left = 2 * parent + 1
    const worst = worse(heap, values, left, left + 1)
    if (!swapIfWorse(heap, values, worst, parent)) return
    parent = worst
  }
}

/** Which of two places holds the worse index; the second may be beyond the end. */
function worse(heap: readonly number[], values: Float64Array, first: number, second: number): number {
  const [a, b] = [heap[first], heap[second]]
  return a !== undefined && b !== undefined && isWorse(values, b, a) ? second : first
}

function swapIfWorse(heap: number[], values: Float64Array, child: number, parent: number): boolean {
  const [below, above] = [heap[child], heap[parent]]
  if (below === undefined || above === undefined || !isWorse(values, below, above)) return false
  heap[child] = above
  heap[parent] = below
  return true
}
