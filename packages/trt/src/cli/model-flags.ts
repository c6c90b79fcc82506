import type { ClassifierOptions, OutputKind } from '@edge/classify'
import { PRESET_NAMES } from '@edge/image'
import { readPrecision } from './engine-flags.js'
import { UsageError } from './failure.js'
import { choice, decimal, type Flags, text, texts, wholeNumber } from './flags.js'

const OUTPUT_KINDS: readonly OutputKind[] = ['logits', 'probabilities']

/** Which classes to name. */
export interface Selection {
  readonly topK?: number
  /** The least probability, 0 to 1. */
  readonly threshold?: number
  /** Labels and indices of the only classes to name. */
  readonly allow?: readonly (string | number)[]
  /** Labels and indices of classes not to name. */
  readonly deny?: readonly (string | number)[]
}

/** The flags about a model and its answers, checked. */
export interface ModelFlags {
  /** Path of the model; undefined for the default model. */
  readonly model: string | undefined
  /** What goes to the loading of the classifier as it is. */
  readonly options: ClassifierOptions
  /** What goes to each classification as it is. */
  readonly selection: Selection
}

/**
 * Checks what the command line's parser made of the flags.
 *
 * @param flags - by name; values are the strings that were typed.
 * @throws UsageError naming the flag.
 */
export function readModelFlags(flags: Flags): ModelFlags {
  const labels = text(flags, 'labels')
  const preset = choice(flags, 'preset', PRESET_NAMES)
  const backend = text(flags, 'backend')
  const precision = readPrecision(flags)
  const threads = wholeNumber(flags, 'threads', 1, 256)
  const labelOffset = readLabelOffset(flags)
  const outputKind = readOutputKind(flags)
  const topK = wholeNumber(flags, 'top', 1, 1_000_000)
  const threshold = decimal(flags, 'threshold', 0, 1)
  const allow = classList(flags, 'allow')
  const deny = classList(flags, 'deny')
  return {
    model: text(flags, 'model'),
    options: {
      ...(labels !== undefined && { labels }),
      ...(preset !== undefined && { preset }),
      ...(backend !== undefined && { backend }),
      ...(precision !== undefined && { precision }),
      ...(flags.allowHostCode === true && { tensorrt: { allowHostCode: true } }),
      ...(threads !== undefined && { threads }),
      ...(labelOffset !== undefined && { labelOffset }),
      ...(outputKind !== undefined && { outputKind }),
    },
    selection: {
      ...(topK !== undefined && { topK }),
      ...(threshold !== undefined && { threshold }),
      ...(allow !== undefined && { allow }),
      ...(deny !== undefined && { deny }),
    },
  }
}

/** @throws UsageError where it is no whole number. */
export function readLabelOffset(flags: Flags): number | undefined {
  return wholeNumber(flags, 'labelOffset', -1_000_000, 1_000_000)
}

/** @throws UsageError where there is no such kind. */
export function readOutputKind(flags: Flags): OutputKind | undefined {
  return choice(flags, 'outputKind', OUTPUT_KINDS)
}

/** Labels and indices: what stands between commas, and `\,` for a comma in a label. The flag may be repeated. */
function classList(flags: Flags, name: string): readonly (string | number)[] | undefined {
  const values = texts(flags, name)
  if (values.length === 0) return undefined
  return values
    .flatMap((value) => value.match(/(?:\\.|[^,\\]|\\$)+|(?<=,)(?=,|$)|^(?=,)/g) ?? [])
    .map((item) => {
      const label = item.replace(/\\([,\\])/g, '$1').trim()
      if (label === '') throw new UsageError(`--${name} wants labels or indices with commas between them`)
      return /^\d{1,9}$/.test(label) ? Number(label) : label
    })
}
