import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What is recorded in test/golden/nv12. */
export interface Nv12Golden {
  readonly width: number
  readonly height: number
  /** Luma, then pairs of chroma, without padding. */
  readonly frame: Buffer
  /** BT.601 of limited range, as OpenCV has it. */
  readonly opencv: Buffer
  /** By `matrix range`. */
  readonly formula: ReadonlyMap<string, Buffer>
}

/** Reads test/golden/nv12. */
export function readNv12Golden(): Nv12Golden {
  const path = fileURLToPath(new URL('../../../test/golden/nv12/nv12.json', import.meta.url))
  const { width, height, frame, opencv, formula }: Record<string, unknown> = JSON.parse(
    readFileSync(path, 'utf8'),
  )
  if (typeof width !== 'number' || typeof height !== 'number' || typeof formula !== 'object') {
    throw new Error(`${path} is not what golden.py writes`)
  }
  const pixels = (text: unknown) => Buffer.from(String(text), 'base64')
  const named = Object.entries(formula ?? {}).map(([name, text]) => [name, pixels(text)] as const)
  return { width, height, frame: pixels(frame), opencv: pixels(opencv), formula: new Map(named) }
}
