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

/** How a frame lies in memory, every number of it. */
export interface SettledLayout extends Size {
  readonly rowBytes: number
  readonly chroma?: ChromaPlane
  /** Whether nothing was said of where its rows and planes lie. */
  readonly isPacked: boolean
}

/**
 * Settles how a frame lies in memory.
 *
 * @param what - what to call it in messages.
 * @throws EdgeError `INVALID_ARGUMENT` for numbers that contradict each other.
 */
export function settleLayout(format: 'rgb' | 'nv12', frame: FrameLayout & Size, what: string): SettledLayout {
  // By name: a frame may be an object of a class, whose fields no spread sees.
  const { width, height, rowBytes: row, chromaOffset, chromaRowBytes, matrix, range } = frame
  const isPacked = row === undefined && chromaOffset === undefined && chromaRowBytes === undefined
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= MOST_SIDE)) {
    throw wrongFrame(
      what,
      'the size is out of range',
      `whole numbers from 1 to ${MOST_SIDE}`,
      `${width} × ${height}`,
    )
  }
  const leastRow = format === 'rgb' ? width * 3 : width
  const rowBytes = checkBytes('rowBytes', row ?? leastRow, [leastRow, MOST_ROW_BYTES], what)
  if (format === 'rgb') {
    const ofChroma = { chromaOffset, chromaRowBytes, matrix, range }
    const [misplaced] = Object.entries(ofChroma).find(([, value]) => value !== undefined) ?? []
    if (misplaced === undefined) return { width, height, rowBytes, isPacked }
    throw wrongFrame(what, 'it is of RGB, and has no chroma', `${misplaced} for nv12 alone`, misplaced)
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
    ...settleColours(frame, what),
  }
  return { width, height, rowBytes, isPacked, chroma }
}

function settleColours(
  { matrix = 'bt601', range = 'limited' }: Pick<FrameLayout, 'matrix' | 'range'>,
  what: string,
): Pick<ChromaPlane, 'matrix' | 'range'> {
  if (matrix !== 'bt601' && matrix !== 'bt709') {
    throw wrongFrame(what, 'the matrix is not known', '"bt601" or "bt709"', show(matrix))
  }
  if (range !== 'limited' && range !== 'full') {
    throw wrongFrame(what, 'the range is not known', '"limited" or "full"', show(range))
  }
  return { matrix, range }
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
      remedy:
        "Open the session so, with an addon that has the kernels (one that lacks them warned of it), or copy the frame to the processor's memory.",
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
