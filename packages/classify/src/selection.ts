import { EdgeError, type NamesOf, optionOutOfRange } from '@edge/errors'
import type { LabelMap } from './label-map.js'
import { nearest } from './nearest.js'
import { topK } from './top-k.js'

/** A class: its label, which several classes may share, or its index in the model's output. */
export type ClassReference = string | number

/** Which classes a result has. Scores are what they are without a selection: nothing is made to sum up to 1 again. */
export interface SelectionOptions {
  /** How many classes to return, 1 to the number of classes. Default: 5, or all where there are fewer. */
  readonly topK?: number
  /** Classes with a lower score are left out, 0 to 1. Default: 0, which leaves none out. */
  readonly threshold?: number
  /** The only classes to return, by label or index, at least one. Default: all. */
  readonly allow?: readonly ClassReference[]
  /** Classes that are left out, also where `allow` has them. Default: none. */
  readonly deny?: readonly ClassReference[]
}

/** The options that there are. */
export const SELECTION_OPTIONS: NamesOf<SelectionOptions> = {
  topK: true,
  threshold: true,
  allow: true,
  deny: true,
}

/** A selection that was checked: ranks scores by it. */
export type Ranking = (scores: Float64Array) => readonly number[]

/** Makes rankings for a model's classes. */
export class ClassSelector {
  readonly #classCount: number
  readonly #label: LabelMap
  readonly #defaults: SelectionOptions
  #indices: ReadonlyMap<string, readonly number[]> | undefined

  /**
   * @param label - names each class.
   * @param defaults - what calls that say nothing get.
   * @throws EdgeError `INVALID_ARGUMENT`, as {@link ClassSelector.ranking}.
   */
  constructor(classCount: number, label: LabelMap, defaults: SelectionOptions) {
    this.#classCount = classCount
    this.#label = label
    this.#defaults = defaults
    this.ranking({})
  }

  /**
   * Checks a selection.
   *
   * @param options - each replaces the default of its name.
   * @throws EdgeError `INVALID_ARGUMENT` for what is out of range, a label that no class has (with those most like it), and lists that
   *   leave no class.
   */
  ranking(options: SelectionOptions): Ranking {
    // Not with ??, which would take a null for an option that was left out.
    const {
      topK: count = this.#defaults.topK,
      threshold: least = this.#defaults.threshold,
      allow = this.#defaults.allow,
      deny = this.#defaults.deny,
    } = options
    const threshold = checkThreshold(least)
    const most = this.#count(count)
    const isEligible = this.#eligible(allow, deny)
    if (threshold === 0 && isEligible === undefined) return (scores) => topK(scores, most)
    return (scores) =>
      topK(
        scores,
        most,
        (index) => (scores[index] ?? 0) >= threshold && (isEligible === undefined || isEligible(index)),
      )
  }

  #count(value: unknown): number {
    if (value === undefined) return Math.min(5, this.#classCount)
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= this.#classCount) {
      return value
    }
    throw optionOutOfRange('topK', `a whole number from 1 to ${this.#classCount}`, value)
  }

  #eligible(
    allow: readonly ClassReference[] | undefined,
    deny: readonly ClassReference[] | undefined,
  ): ((index: number) => boolean) | undefined {
    if (allow === undefined && deny === undefined) return undefined
    const allowed = allow === undefined ? undefined : this.#classes('allow', allow)
    const denied = deny === undefined ? undefined : this.#classes('deny', deny)
    const left =
      allowed === undefined
        ? this.#classCount - (denied?.size ?? 0)
        : [...allowed].filter((index) => denied?.has(index) !== true).length
    if (left === 0) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'the options allow and deny leave no class',
        expected: 'at least one class that is allowed and not denied',
        found: `${allowed?.size ?? this.#classCount} allowed, and ${denied?.size ?? 0} denied`,
      })
    }
    return (index) => (allowed === undefined || allowed.has(index)) && denied?.has(index) !== true
  }

  #classes(option: 'allow' | 'deny', references: unknown): ReadonlySet<number> {
    if (!Array.isArray(references))
      throw optionOutOfRange(option, 'a list of labels or class indices', references)
    const classes = new Set<number>()
    for (const reference of references) for (const index of this.#find(option, reference)) classes.add(index)
    return classes
  }

  #find(option: 'allow' | 'deny', reference: unknown): readonly number[] {
    if (typeof reference === 'string') {
      const found = this.#byLabel().get(reference)
      if (found !== undefined) return found
      throw this.#unknown(option, reference)
    }
    if (
      typeof reference === 'number' &&
      Number.isInteger(reference) &&
      reference >= 0 &&
      reference < this.#classCount
    ) {
      return [reference]
    }
    throw optionOutOfRange(option, `labels, or indices from 0 to ${this.#classCount - 1}`, reference)
  }

  /** Made when a label is first looked up. */
  #byLabel(): ReadonlyMap<string, readonly number[]> {
    if (this.#indices !== undefined) return this.#indices
    const indices = new Map<string, number[]>()
    for (let index = 0; index < this.#classCount; index += 1) {
      const name = this.#label(index)
      const same = indices.get(name)
      if (same === undefined) indices.set(name, [index])
      else same.push(index)
    }
    this.#indices = indices
    return indices
  }

  #unknown(option: 'allow' | 'deny', label: string): EdgeError {
    const near = nearest(label, this.#byLabel().keys(), 3).map((name) => JSON.stringify(name))
    return new EdgeError('INVALID_ARGUMENT', {
      summary: `the option ${option} has a label that no class has`,
      expected: near.length > 0 ? `perhaps ${near.join(' or ')}` : `one of the ${this.#classCount} labels`,
      found: JSON.stringify(label),
      remedy: 'Labels count as they are in the list of labels, capitals included; or give the index.',
    })
  }
}

function checkThreshold(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw optionOutOfRange('threshold', 'a score from 0 to 1', value)
}
