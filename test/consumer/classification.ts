import { join } from 'node:path'
import { root } from '../architecture/source-packages.js'

/** A photograph and the class that the default model puts first. */
export const photograph = {
  path: join(root, '.cache', 'photos', 'coffee.png'),
  index: 967,
  label: /espresso/i,
}

interface FirstClass {
  readonly source: unknown
  readonly index: unknown
  readonly label: unknown
  readonly score: unknown
}

function member(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

/** The first class of the first picture in what `edge-trt classify --json` printed; nothing but that document may be there. */
export function firstClass(text: string): FirstClass {
  const report: unknown = JSON.parse(text)
  const result = member(member(report, 'results'), 0)
  const first = member(member(result, 'classes'), 0)
  return {
    source: member(result, 'source'),
    index: member(first, 'index'),
    label: member(first, 'label'),
    score: member(first, 'score'),
  }
}
