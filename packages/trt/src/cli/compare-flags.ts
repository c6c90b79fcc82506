import { type Measure, measureSchema } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { PRESET_NAMES, type PresetName } from '@edge/image'
import { UsageError } from './failure.js'
import { choice, decimal, type Flags, text, texts, wholeNumber } from './flags.js'
import { readOutputKind } from './model-flags.js'

const MOST_SEED = 2 ** 32 - 1
const DAY_SECONDS = 86_400
const DEFAULT_LAYERS = 10
const DEFAULT_LAYER_PICTURES = 8

/** What `edge-trt compare` was asked for. */
export interface CompareFlags {
  /** Paths; the first is what the others are compared with. */
  readonly models: readonly string[]
  /** Pictures, or directories of them. */
  readonly images: readonly string[]
  /** File with the class of each picture. */
  readonly labels: string | undefined
  readonly backend: string
  readonly threads: number
  readonly preset: PresetName | undefined
  readonly outputKind: ReturnType<typeof readOutputKind>
  readonly measure: Measure
  /** How many layers of each variant to list. */
  readonly layers: number
  /** Over how many pictures layers are compared. */
  readonly layerPictures: number
  readonly seed: number
  readonly sensors: boolean
  readonly json: boolean
}

/**
 * Checks what the command line's parser made of arguments and flags.
 *
 * @throws UsageError naming the flag.
 */
export function readCompareFlags(models: readonly string[], flags: Flags): CompareFlags {
  if (models.length < 2) {
    throw new UsageError(
      'there is nothing to compare one model with; name two or more, or measure it by bench',
    )
  }
  const images = texts(flags, 'images')
  if (images.length === 0)
    throw new UsageError('there are no pictures to compare answers by; name some by --images')
  return {
    models,
    images,
    labels: text(flags, 'labels'),
    backend: text(flags, 'backend') ?? 'auto',
    threads: wholeNumber(flags, 'threads', 1, 256) ?? 1,
    preset: choice(flags, 'preset', PRESET_NAMES),
    outputKind: readOutputKind(flags),
    measure: measureOf(flags),
    layers: layerCount(flags),
    layerPictures: wholeNumber(flags, 'layerPictures', 0, 1_000_000) ?? DEFAULT_LAYER_PICTURES,
    seed: wholeNumber(flags, 'seed', 0, MOST_SEED) ?? Math.floor(Math.random() * MOST_SEED),
    sensors: flags.sensors !== false,
    json: flags.json === true,
  }
}

function measureOf(flags: Flags): Measure {
  const [rounds, minRuns] = [
    wholeNumber(flags, 'rounds', 1, 10_000),
    wholeNumber(flags, 'runs', 1, 10_000_000),
  ]
  const [minSeconds, maxSeconds] = [
    decimal(flags, 'seconds', 0, DAY_SECONDS),
    decimal(flags, 'maxSeconds', 0.001, DAY_SECONDS),
  ]
  const parsed = measureSchema.safeParse({
    ...(rounds !== undefined && { rounds }),
    ...(minRuns !== undefined && { minRuns }),
    ...(minSeconds !== undefined && { minSeconds }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  })
  if (parsed.success) return parsed.data
  throw new EdgeError('INTERNAL', { summary: `flags are not what suites take: ${parsed.error.message}` })
}

function layerCount(flags: Flags): number {
  if (flags.layers === 'all') return Number.POSITIVE_INFINITY
  return wholeNumber(flags, 'layers', 0, 999_999) ?? DEFAULT_LAYERS
}
