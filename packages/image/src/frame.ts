import { EdgeError } from '@edge/errors'
import { type ChromaPlane, fromAddon, loadAddon } from '@edge/native'
import type { Size } from './geometry.js'
import type { Pixels } from './pixels.js'

/** How a frame lies in memory, and what its colours mean. Every field has a default. */
export interface FrameLayout {
  /** Bytes from a row to the next. Default: rows without padding. */
  readonly rowBytes?: number
  /** Of NV12: bytes from the frame's first to its first pair of chroma. Default: `rowBytes × height`, right after the luma. */
  readonly chromaOffset?: number
  /** Of NV12: bytes from a row of pairs to the next. Default: `rowBytes`, and one more where a width without padding is odd. */
  readonly chromaRowBytes?: number
  /** Of NV12: which standard's colours, ITU-R BT.601 (SD) or BT.709 (HD). Default: `bt601`, as OpenCV takes it. */
  readonly matrix?: 'bt601' | 'bt709'
  /** Of NV12: whether luma is 16 to 235, as in video, or 0 to 255, as in JPEGs. Default: `limited`. */
  readonly range?: 'limited' | 'full'
}

/** A frame in the processor's memory, or the GPU's, of which every number is settled. */
export type Frame = Size & { readonly rowBytes: number } & (
    | { readonly pixels: Uint8Array; readonly chroma: ChromaPlane }
    // Without chroma it is RGB.
    | { readonly pixels: bigint; readonly chroma?: ChromaPlane }
  )

/** How many bytes of memory a frame takes, from its first to its last. */
export function frameBytes({ width, height, rowBytes, chroma }: Omit<Frame, 'pixels'>): number {
  if (chroma === undefined) return (height - 1) * rowBytes + width * 3
  return chroma.offset + (half(height) - 1) * chroma.rowBytes + half(width) * 2
}

/**
 * Settles how a frame lies in memory.
 *
 * @param what - what to call it in messages.
 * @throws EdgeError `INVALID_ARGUMENT` for numbers that contradict each other.
 */
export function settleLayout(
  format: 'rgb' | 'nv12',
  { width, height, ...layout }: FrameLayout & Size,
  what: string,
): Size & { readonly rowBytes: number; readonly chroma?: ChromaPlane } {
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= MOST_SIDE)) {
    throw wrongFrame(
      what,
      'the size is out of range',
      `whole numbers from 1 to ${MOST_SIDE}`,
      `${width} × ${height}`,
    )
  }
  const leastRow = format === 'rgb' ? width * 3 : width
  const rowBytes = checkBytes('rowBytes', layout.rowBytes ?? leastRow, [leastRow, MOST_ROW_BYTES], what)
  const { chromaOffset, chromaRowBytes, matrix = 'bt601', range = 'limited' } = layout
  if (format === 'rgb') {
    const misplaced = (['chromaOffset', 'chromaRowBytes', 'matrix', 'range'] as const).find(
      (name) => layout[name] !== undefined,
    )
    if (misplaced === undefined) return { width, height, rowBytes }
    throw wrongFrame(what, 'it is of RGB, and has no chroma', `${misplaced} for nv12 alone`, misplaced)
  }
  if (matrix !== 'bt601' && matrix !== 'bt709') {
    throw wrongFrame(what, 'the matrix is not known', '"bt601" or "bt709"', show(matrix))
  }
  if (range !== 'limited' && range !== 'full') {
    throw wrongFrame(what, 'the range is not known', '"limited" or "full"', show(range))
  }
  const lumaBytes = (height - 1) * rowBytes + width
  const leastPairs = half(width) * 2
  const pairsRow = chromaRowBytes ?? Math.max(rowBytes, leastPairs)
  const chroma = {
    offset: checkBytes(
      'chromaOffset',
      chromaOffset ?? rowBytes * height,
      [lumaBytes, Number.MAX_SAFE_INTEGER],
      what,
    ),
    rowBytes: checkBytes('chromaRowBytes', pairsRow, [leastPairs, MOST_ROW_BYTES], what),
    matrix,
    range,
  }
  return { width, height, rowBytes, chroma }
}

/**
 * The pixels of a frame in RGB, made by the processor.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for a frame in the GPU's memory.
 */
export function frameToRgb({ pixels, chroma, width, height, rowBytes }: Frame, name: string): Pixels {
  if (typeof pixels === 'bigint' || chroma === undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the picture ${name} lies in the memory of a GPU, where the processor does not read`,
      expected:
        'a session of the tensorrt backend that was opened with tensorrt: { preprocessOnGpu: true }, and a model of three channels',
      found: 'an input that the processor writes',
      remedy: "Open the session so, or copy the frame to the processor's memory and give its pixels.",
    })
  }
  try {
    const data = loadAddon().nv12ToRgb({ pixels, width, height, rowBytes, chroma })
    return { data, width, height, channels: 3 }
  } catch (error) {
    throw fromAddon(error)
  }
}

/** The error for a frame whose parts do not agree. */
export function wrongFrame(what: string, problem: string, expected: string, found: string): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', { summary: `${what}: ${problem}`, expected, found })
}

/** A value that is not what was expected, as people know it. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

// What the addon takes.
const MOST_SIDE = 65_536
const MOST_ROW_BYTES = 2 ** 31 - 1

/** Pairs of chroma there are for so many pixels: the last of an odd number has one to itself. */
function half(pixels: number): number {
  return Math.ceil(pixels / 2)
}

function checkBytes(
  name: string,
  value: unknown,
  [least, most]: readonly [number, number],
  what: string,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  const expected = `a whole number of bytes, ${least} to ${most}`
  throw wrongFrame(what, `${name} is out of range`, expected, show(value))
}
