import { EdgeError } from '@edge/errors'
import type { Resize } from './geometry.js'

/** `value = (pixel − mean) / std`, on pixels of 0 to 255; one entry for all channels, or one for each of the tensor's. */
export interface Normalization {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** A named way to make a model's input. */
export interface Preset {
  readonly resize: Resize
  /** `none`: the pixels' own values, whatever the tensor's quantization says. */
  readonly normalization: Normalization | 'none'
}

/** All presets' names. */
export const PRESET_NAMES = ['tf', 'efficientnet-lite', 'raw'] as const

/** A preset's name. */
export type PresetName = (typeof PRESET_NAMES)[number]

/**
 * The named ways to make a model's input.
 *
 * - `tf`: the middle 87.5 %, bilinear, values −1 to 1: TensorFlow's MobileNet, Inception and most of its float models.
 * - `efficientnet-lite`: the middle 87.5 %, bicubic, `(pixel − 127) / 128`.
 * - `raw`: the whole picture stretched, bilinear, values 0 to 255 as they are: models that normalise inside, and most uint8 ones.
 */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  tf: {
    resize: { fit: 'cover-crop', cropRatio: 0.875, kernel: 'bilinear' },
    normalization: { mean: [127.5], std: [127.5] },
  },
  'efficientnet-lite': {
    resize: { fit: 'cover-crop', cropRatio: 0.875, kernel: 'bicubic' },
    normalization: { mean: [127], std: [128] },
  },
  raw: {
    resize: { fit: 'stretch', kernel: 'bilinear' },
    normalization: 'none',
  },
}

/**
 * The preset of a name.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for a name that none has.
 */
export function presetNamed(name: unknown): Preset {
  const known = PRESET_NAMES.find((candidate) => candidate === name)
  if (known !== undefined) return PRESETS[known]
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'there is no preset of that name',
    expected: PRESET_NAMES.join(', '),
    found: typeof name === 'string' ? JSON.stringify(name) : String(name),
  })
}
