import type { ModelResult, ResultFile } from '../result/schema.js'

/** Something about a result that has to be known before its figures are used. */
export interface Remark {
  readonly kind: 'failed' | 'skipped' | 'unreliable' | 'warning'
  /** Ids of the results that it is about. */
  readonly ids: readonly string[]
  readonly text: string
}

const ORDER: readonly Remark['kind'][] = ['failed', 'unreliable', 'warning', 'skipped']

/** All remarks about a run's results, the gravest first; what is said of several is said once. */
export function remarksOf({ models }: ResultFile): readonly Remark[] {
  const merged = new Map<string, { kind: Remark['kind']; ids: string[]; text: string }>()
  for (const model of models) {
    for (const { kind, text } of ofModel(model)) {
      const key = `${kind} ${text}`
      const there = merged.get(key)
      if (there === undefined) merged.set(key, { kind, ids: [model.id], text })
      else if (!there.ids.includes(model.id)) there.ids.push(model.id)
    }
  }
  return [...merged.values()].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
}

function* ofModel(model: ModelResult): Generator<{ kind: Remark['kind']; text: string }> {
  if (model.error !== undefined) yield { kind: 'failed', text: failureText(model.error) }
  if (model.skipped !== undefined) yield { kind: 'skipped', text: model.skipped }
  for (const { message, unreliable } of model.warnings) {
    yield { kind: unreliable ? 'unreliable' : 'warning', text: message }
  }
  if (!model.reliable && !model.warnings.some(({ unreliable }) => unreliable)) {
    yield { kind: 'unreliable', text: 'no reason is recorded' }
  }
}

function failureText({ code, message }: { code: string; message: string }): string {
  return `${code}: ${message}`
}

/** What is to be known of one result in a few words, for a cell beside its figures. */
export function marksOf(model: ModelResult): readonly string[] {
  const marks: string[] = []
  if (model.skipped !== undefined) marks.push('skipped')
  if (model.error !== undefined) marks.push(model.samplesMs.length > 0 ? 'broke off' : 'failed')
  if (model.skipped === undefined && !model.reliable) marks.push('unreliable')
  if (model.randomWeights) marks.push('random weights')
  return marks
}

/** How grave a result's marks are. */
export function toneOf(model: ModelResult): 'bad' | 'quiet' | undefined {
  if (model.skipped !== undefined) return 'quiet'
  return model.error !== undefined || !model.reliable ? 'bad' : undefined
}

/** What a mark of {@link marksOf} means, for a note under the table. */
export function markNotes(models: readonly ModelResult[]): readonly string[] {
  const used = new Set(models.flatMap(marksOf))
  const notes: string[] = []
  if (used.has('unreliable'))
    notes.push('unreliable: do not use these figures; the reasons are among the remarks.')
  if (used.has('random weights')) {
    notes.push('random weights: figures of time and memory hold, those of accuracy mean nothing.')
  }
  return notes
}
