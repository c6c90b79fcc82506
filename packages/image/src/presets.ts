import { EdgeError } from '@edge/errors'
import type { Resize } from './geometry.js'
import type { ChannelOrder } from './tensor-format.js'

/** `value = (pixel − mean) / std`, on pixels of 0 to 255; one entry for all channels, or one for each of the tensor's. */
export interface Normalization {
  /** One entry for all channels, or one for each of the tensor's in its order. */
  readonly mean: readonly number[]
  /** As `mean`. Above 0. */
  readonly std: readonly number[]
}

/** A named way to make a model's input. */
export interface Preset {
  /** How a picture is brought to the tensor's size. */
  readonly resize: Resize
  /** `none`: the pixels' own values, whatever the tensor's quantization says. */
  readonly normalization: Normalization | 'none'
  /** Order of the tensor's channels. Default: the manifest's, or what the tensor's shape says. */
  readonly channels?: ChannelOrder
}

/** All presets' names. */
export const PRESET_NAMES = ['tf', 'torch', 'caffe', 'efficientnet-lite', 'raw'] as const

/** A preset's name. */
export type PresetName = (typeof PRESET_NAMES)[number]

const perLevel = (fractions: readonly number[]) => fractions.map((fraction) => fraction * 255)

/**
 * The named ways to make a model's input.
 *
 * - `tf`: the middle 87.5 %, bilinear, not antialiased (`tf.image.resize`), RGB of −1 to 1: TensorFlow's MobileNet and Inception, and
 *   Keras' mode `tf`.
 * - `torch`: the middle 87.5 %, bilinear, antialiased as PIL does it, RGB by ImageNet's mean and deviation: torchvision's
 *   `Resize(256)`, `CenterCrop(224)`, `ToTensor()` and `Normalize` on a PIL picture, which its classification weights were evaluated
 *   with.
 * - `caffe`: the middle 87.5 %, bilinear, antialiased as PIL does it, BGR of 0 to 255 less ImageNet's mean: Keras' mode `caffe`
 *   (VGG, ResNet V1).
 * - `efficientnet-lite`: the middle 87.5 %, bicubic, antialiased as PIL does it, RGB, `(pixel − 127) / 128`.
 * - `raw`: the whole picture stretched, bilinear, antialiased as PIL does it, values 0 to 255 as they are: models that normalise
 *   inside, and most uint8 ones.
 */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  tf: {
    resize: {
      fit: 'cover-crop',
      cropRatio: 0.875,
      rounding: 'nearest',
      kernel: 'bilinear',
      antialias: false,
    },
    normalization: { mean: [127.5], std: [127.5] },
  },
  torch: {
    resize: {
      fit: 'cover-crop',
      cropRatio: 0.875,
      rounding: 'torchvision',
      kernel: 'bilinear',
      antialias: true,
    },
    normalization: { mean: perLevel([0.485, 0.456, 0.406]), std: perLevel([0.229, 0.224, 0.225]) },
  },
  caffe: {
    resize: { fit: 'cover-crop', cropRatio: 0.875, rounding: 'nearest', kernel: 'bilinear', antialias: true },
    normalization: { mean: [103.939, 116.779, 123.68], std: [1] },
    channels: 'bgr',
  },
  'efficientnet-lite': {
    resize: { fit: 'cover-crop', cropRatio: 0.875, rounding: 'nearest', kernel: 'bicubic', antialias: true },
    normalization: { mean: [127], std: [128] },
  },
  raw: {
    resize: { fit: 'stretch', kernel: 'bilinear', antialias: true },
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
