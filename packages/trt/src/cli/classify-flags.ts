import type { ClassifierOptions } from '@edge/classify'
import { PRESET_NAMES } from '@edge/image'
import { UsageError } from './failure.js'

/** The flags of `edge-trt classify`, checked. */
export interface ClassifyFlags {
  /** Path of the model; undefined for the default model. */
  readonly model: string | undefined
  readonly topK: number | undefined
  readonly json: boolean
  /** What goes to the classifier as it is. */
  readonly options: ClassifierOptions
}

/**
 * Checks what the command line's parser made of the flags.
 *
 * @param flags - by name; values are the strings that were typed.
 * @throws UsageError naming the flag.
 */
export function readClassifyFlags(flags: Readonly<Record<string, unknown>>): ClassifyFlags {
  const labels = text(flags, 'labels')
  const preset = choice(flags, 'preset', PRESET_NAMES)
  const backend = text(flags, 'backend')
  const threads = wholeNumber(flags, 'threads', 1, 256)
  const labelOffset = wholeNumber(flags, 'labelOffset', -1_000_000, 1_000_000)
  const outputKind = choice(flags, 'outputKind', ['logits', 'probabilities'] as const)
  return {
    model: text(flags, 'model'),
    topK: wholeNumber(flags, 'top', 1, 1_000_000),
    json: flags.json === true,
    options: {
      ...(labels !== undefined && { labels }),
      ...(preset !== undefined && { preset }),
      ...(backend !== undefined && { backend }),
      ...(threads !== undefined && { threads }),
      ...(labelOffset !== undefined && { labelOffset }),
      ...(outputKind !== undefined && { outputKind }),
    },
  }
}

type Flags = Readonly<Record<string, unknown>>

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`${dashed(name)} wants a value`)
}

function wholeNumber(flags: Flags, name: string, least: number, most: number): number | undefined {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const number = /^[+-]?\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(
    `${dashed(name)} wants a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`,
  )
}

function choice<const T extends string>(flags: Flags, name: string, choices: readonly T[]): T | undefined {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const chosen = choices.find((known) => known === value)
  if (chosen !== undefined) return chosen
  throw new UsageError(`${dashed(name)} wants ${choices.join(' or ')}, not ${JSON.stringify(value)}`)
}

function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
