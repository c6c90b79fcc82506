import type { ModelResult } from '../result/schema.js'
import { reliabilityCodes } from '../telemetry/reliability.js'

type Warning = ModelResult['warnings'][number]

/** A warning of one or several results. */
export interface MergedWarning {
  readonly unreliable: boolean
  readonly ids: readonly string[]
  readonly text: string
}

const JUDGED: ReadonlySet<string> = new Set(reliabilityCodes)
// Not of names: `oc3_event_cnt`.
const NUMBER = /(?<![\p{L}\p{N}_.])\d+(?:\.\d+)?/gu

/**
 * Warnings in which the same is said of several results, once each. Those of the sensors and the samples say the same, too, where their figures
 * differ: they have a range then, as in "Tasks waited for a processor 68–89 % of the time".
 */
export function mergedWarnings(
  results: readonly { readonly id: string; readonly warnings: readonly Warning[] }[],
): readonly MergedWarning[] {
  const merged = new Map<string, { unreliable: boolean; ids: Set<string>; texts: string[] }>()
  for (const { id, warnings } of results) {
    for (const { code, message, unreliable } of warnings) {
      const same = JUDGED.has(code) ? message.replace(NUMBER, '#') : message
      const key = `${unreliable} ${code} ${same}`
      const there = merged.get(key) ?? { unreliable, ids: new Set(), texts: [] }
      there.ids.add(id)
      there.texts.push(message)
      merged.set(key, there)
    }
  }
  return [...merged.values()].map(({ unreliable, ids, texts }) => ({
    unreliable,
    ids: [...ids],
    text: withRanges(texts),
  }))
}

/** One text of several that differ in their numbers alone. */
function withRanges([first = '', ...others]: readonly string[]): string {
  if (others.every((text) => text === first)) return first
  const numbers = [first, ...others].map((text) => text.match(NUMBER) ?? [])
  let place = 0
  return first.replace(NUMBER, (its) => {
    const all = numbers.map((found) => found[place] ?? its).sort((one, other) => Number(one) - Number(other))
    place += 1
    const [least = its, most = its] = [all[0], all.at(-1)]
    return Number(least) === Number(most) ? its : `${least}–${most}`
  })
}
