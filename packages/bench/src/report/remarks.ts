import type { ModelResult, ResultFile } from '../result/schema.js'
import { mergedWarnings } from './merged-warnings.js'

/** Something about a result that has to be known before its figures are used. */
export interface Remark {
  readonly kind: 'failed' | 'skipped' | 'unreliable' | 'warning'
  /** Ids of the results that it is about. */
  readonly ids: readonly string[]
  /** In place of the ids, where there are so many that naming them tells nothing: "all 26 results". */
  readonly about?: string
  readonly text: string
}

const ORDER: readonly Remark['kind'][] = ['failed', 'unreliable', 'warning', 'skipped']

/** All remarks about a run's results, the gravest first; what is said of several is said once. */
export function remarksOf({ models, complete }: ResultFile): readonly Remark[] {
  const merged = new Map<string, { kind: Remark['kind']; ids: string[]; text: string }>()
  for (const model of models) {
    for (const { kind, text } of ofModel(model)) {
      const key = `${kind} ${text}`
      const there = merged.get(key)
      if (there === undefined) merged.set(key, { kind, ids: [model.id], text })
      else if (!there.ids.includes(model.id)) there.ids.push(model.id)
    }
  }
  const judged = models.map(({ id, warnings }) => ({
    id,
    // Of a run that was stopped it goes without saying, as long as there is enough to be used.
    warnings: complete
      ? warnings
      : warnings.filter(({ code, unreliable }) => code !== 'too-short' || unreliable),
  }))
  const warnings = mergedWarnings(judged).map(({ unreliable, ids, text }): Remark => {
    return { kind: unreliable ? 'unreliable' : 'warning', ids, text }
  })
  const measured = models.filter(({ samplesMs }) => samplesMs.length > 0).map(({ id }) => id)
  return [...warnings, ...merged.values()]
    .sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
    .map((remark) => withSubject(remark, measured))
}

const MOST_NAMED = 3

function withSubject(remark: Remark, measured: readonly string[]): Remark {
  const { ids } = remark
  if (ids.length <= MOST_NAMED || !measured.every((id) => ids.includes(id))) return remark
  return { ...remark, about: `all ${ids.length} results` }
}

/** What a remark is about, in words. */
export function subjectOf({ ids, about }: Remark): string {
  return about ?? ids.join(', ')
}

const OF_A_BUSY_MACHINE: ReadonlySet<string> = new Set(['steal', 'pressure', 'other-load', 'noise', 'drift'])
const BUSY: ReadonlySet<string> = new Set(['steal', 'pressure', 'other-load'])

/** What stands above the remarks where none of several results can be used; undefined where some can. */
export function remarksHeadline({ models }: ResultFile): string | undefined {
  const measured = models.filter(({ samplesMs }) => samplesMs.length > 0)
  if (measured.length < 2 || measured.some(({ reliable }) => reliable)) return undefined
  const reasons = measured.map(({ warnings }) =>
    warnings.filter(({ unreliable }) => unreliable).map(({ code }) => code),
  )
  const busy = reasons.every(
    (codes) => codes.some((code) => BUSY.has(code)) && codes.every((code) => OF_A_BUSY_MACHINE.has(code)),
  )
  return `All ${measured.length} results are unreliable${busy ? ': the machine was busy with something else' : ''}.`
}

function* ofModel(model: ModelResult): Generator<{ kind: Remark['kind']; text: string }> {
  if (model.error !== undefined) yield { kind: 'failed', text: failureText(model.error) }
  if (model.skipped !== undefined) yield { kind: 'skipped', text: model.skipped }
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
