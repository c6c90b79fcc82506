import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What is recorded in one file of test/golden/resize. */
export interface Golden {
  readonly samples: number
  /** Base64 by the case's name. */
  readonly cases: ReadonlyMap<string, Buffer>
}

/** Reads a file of test/golden/resize. */
export function readGolden(file: string, field: 'pixels' | 'values'): Golden {
  const path = fileURLToPath(new URL(`../../../test/golden/resize/${file}`, import.meta.url))
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const samples = memberOf(document, 'samples', path)
  const cases = memberOf(document, field, path)
  if (typeof samples !== 'number' || typeof cases !== 'object' || cases === null) {
    throw new Error(`${path} is not what make.py writes`)
  }
  const decoded = Object.entries(cases).map(([name, text]: [string, unknown]) => {
    if (typeof text !== 'string') throw new Error(`${path}: ${name} is no text`)
    return [name, Buffer.from(text, 'base64')] as const
  })
  return { samples, cases: new Map(decoded) }
}

function memberOf(document: unknown, name: string, path: string): unknown {
  if (typeof document === 'object' && document !== null) {
    const found = Object.entries(document).find(([key]) => key === name)
    if (found !== undefined) return found[1]
  }
  throw new Error(`${path} has no ${name}`)
}

/** Where pixels were taken: `places` of scripts/models/resize/make.py. */
export function places(count: number, width: number, height: number): (readonly [x: number, y: number])[] {
  return Array.from({ length: count }, (_, index) => {
    const mixed = (index * 2654435761) % 2 ** 32
    const x = mixed % width
    const y = Math.floor(mixed / width) % height
    const edge = index % 8
    if (edge < 2) return [x, edge === 0 ? 0 : height - 1] as const
    if (edge < 4) return [edge === 2 ? 0 : width - 1, y] as const
    return [x, y] as const
  })
}

/** The three values of each of these pixels. */
export function sampled<A extends Uint8Array | Float32Array>(
  pixels: A,
  width: number,
  count: number,
): number[] {
  return places(count, width, pixels.length / width / 3).flatMap(([x, y]) =>
    Array.from(pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)),
  )
}
