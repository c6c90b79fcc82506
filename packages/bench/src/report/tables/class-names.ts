import type { ModelResult } from '../../result/schema.js'

/** Names of classes by index, as far as any answer had one. */
export function classNames(models: readonly ModelResult[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const { accuracy } of models) {
    for (const { class: index, label } of accuracy?.pictures ?? []) {
      if (label !== undefined && !names.has(index)) names.set(index, label)
    }
  }
  return names
}
