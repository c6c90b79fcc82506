import { readFileSync, statSync } from 'node:fs'

/** The first of what a double's tests steer it by; `native/test/double` has both. */
const MARKS = ['edge_cuda_double_set', 'edge_double_set_gpu']
/** The real libraries are much larger: tens and hundreds of megabytes. */
const MOST_BYTES = 16 * 2 ** 20

/** Whether a library is a test double: it says that it is an H200, say, and results should not. */
export function isDouble(path: string): boolean {
  if (statSync(path).size > MOST_BYTES) return false
  const content = readFileSync(path)
  return MARKS.some((mark) => content.includes(mark))
}
