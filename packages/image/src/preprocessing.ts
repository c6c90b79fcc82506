import { checkOptionNames, EdgeError, type NamesOf, optionOutOfRange } from '@edge/errors'
import { checkInputOptions, type ManifestInput } from '@edge/model'
import type { PixelLayout, Quantization, TensorInfo } from '@edge/native'
import type { Resize } from './geometry.js'
import { type Normalization, PRESET_NAMES, type Preset, type PresetName, presetNamed } from './presets.js'
import type { ShrinkOnLoad } from './resample.js'
import { type ChannelOrder, type TensorFormat, tensorFormat } from './tensor-format.js'

/**
 * How a model's input is made from a picture. Each part comes from the first that says it: the option, the preset, the model's
 * manifest, the tensor itself.
 */
export interface PreprocessingOptions {
  /** A named way; see `PRESETS`. */
  readonly preset?: PresetName
  /**
   * Fields that are left out come from the preset, without one from the manifest. Default: the whole picture, stretched, bilinear,
   * antialiased.
   */
  readonly resize?: Resize
  /**
   * With `std`: `value = (pixel − mean) / std`, on pixels of 0 to 255. One entry for all channels, or one for each of the tensor's
   * in its order. Where nothing says it: pixels as they are for a uint8 tensor, an error for the others.
   */
  readonly mean?: readonly number[]
  /** With `mean`. Above 0. */
  readonly std?: readonly number[]
  /**
   * In place of `mean` and `std`: `value = pixel × scale + offset`, worked out in double precision as
   * `(pixel + offset / scale) / (1 / scale)`. Not 0. Entries as those of `mean`. Default with `offset`: 1.
   */
  readonly scale?: readonly number[]
  /** With `scale`, or alone. Default with `scale`: 0. */
  readonly offset?: readonly number[]
  /** Order of the tensor's channels. Default: the preset's, the manifest's, or `grey` for a tensor of one channel and `rgb` for three. */
  readonly channels?: ChannelOrder
  /** Default: what the tensor's shape says. */
  readonly layout?: PixelLayout
  /** Whether to apply a colour profile that the picture carries. Default: false, as PIL and TensorFlow do. */
  readonly colorManaged?: boolean
  /**
   * Pictures of more pixels are refused with `IMAGE_UNSUPPORTED`, before they are decoded. Default: 67108864 (8192²).
   *
   * It bounds memory. For each of its pixels a picture takes, until it is resampled, 4 bytes as a JPEG or PNG; 7 as a JPEG that the EXIF
   * orientation turns or an interlaced PNG; 8 as a GIF; 12 as a progressive JPEG, a WebP or an interlaced PNG of 16 bits; 20 as an AVIF.
   * At the default that is 0.3 to 1.3 GB for each picture that is worked on at the same time. A JPEG that `shrinkOnLoad` decodes smaller
   * takes 1, a progressive one 7.
   *
   * A picture narrower than the tensor is widened first, and may not have more pixels then either.
   *
   * Memory that cannot be had is `OUT_OF_MEMORY`. More than 1.4 gigapixels are more than a buffer of Node.js before 22 can hold, and are
   * refused there whatever this says, unless `shrinkOnLoad` decodes fewer.
   */
  readonly maxPixels?: number
  /**
   * Whether a JPEG that is to become much smaller is decoded at a half, a quarter or an eighth of its size, by averaging, and only the
   * rest of the way filtered (by libvips). It is not where nothing is to be averaged: without `antialias`, and with `nearest`.
   *
   * - `true`: from a third of its size on.
   * - `'fine'`: from a quarter on; the filter is always left a factor of 2.
   * - `false`: never. Decoding 12 megapixels then takes about three times as long.
   *
   * How far that is from PIL's filter on all pixels goes up and down with the factor. Mean and 99th percentile in grey levels, bicubic to
   * 341 × 256, from JPEGs of 1 to 12 megapixels: of photographs 0.3 to 2.2 and 1 to 10 for `true`, 0.1 to 1.9 and 1 to 10 for `'fine'`;
   * of a collage of nothing but fine detail up to 4.2 and 34, and up to 2.2 and 20. From 640 × 427 to 64 × 48: up to 3.7 and 28, and up to
   * 2.7 and 22. For `false` there is no difference.
   *
   * Default: true.
   */
  readonly shrinkOnLoad?: ShrinkOnLoad
}

/**
 * The options that there are, for packages that take them among their own.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export const PREPROCESSING_OPTIONS: NamesOf<PreprocessingOptions> = {
  preset: true,
  resize: true,
  mean: true,
  std: true,
  scale: true,
  offset: true,
  channels: true,
  layout: true,
  colorManaged: true,
  maxPixels: true,
  shrinkOnLoad: true,
}

/** Everything that is to be known to make one tensor from a picture. */
export interface Preprocessing extends TensorFormat {
  /** How a picture is brought to the tensor's size. */
  readonly resize: Required<Resize>
  /** Per channel of the tensor. */
  readonly mean: readonly number[]
  /** Per channel of the tensor. Above 0. */
  readonly std: readonly number[]
  /** Applied after mean and std. */
  readonly quantization?: Quantization
  /** As {@link PreprocessingOptions.colorManaged}. */
  readonly colorManaged: boolean
  /** As {@link PreprocessingOptions.maxPixels}. */
  readonly maxPixels: number
  /** As {@link PreprocessingOptions.shrinkOnLoad}. */
  readonly shrinkOnLoad: ShrinkOnLoad
}

const RESIZE_DEFAULTS = {
  fit: 'stretch',
  cropRatio: 0.875,
  rounding: 'nearest',
  pad: [0],
  kernel: 'bilinear',
  antialias: true,
} as const satisfies Required<Resize>
const MAX_PIXELS = 8192 * 8192

/**
 * Settles how pictures are brought into a tensor.
 *
 * @param tensor - the model's input: float32, float16, uint8 or int8; [1, height, width, channels] or [1, channels, height, width] of 1 or
 *   3 channels.
 * @param options - what the caller wants.
 * @param manifest - the `input` part of the model's manifest, which the options override.
 * @throws EdgeError `INVALID_ARGUMENT` for options out of range, or where a tensor needs a normalization that nothing says;
 *   `DTYPE_MISMATCH`, `SHAPE_MISMATCH` where no picture fits the tensor.
 *
 * @example
 * ```ts
 * const preprocessing = resolvePreprocessing(session.input(), { preset: 'tf' })
 * console.log(preprocessing.width, preprocessing.height, preprocessing.mean) // 224 224 [ 127.5, 127.5, 127.5 ]
 * ```
 *
 * @experimental for packages of the project, and changes between versions.
 */
export function resolvePreprocessing(
  tensor: TensorInfo,
  options: PreprocessingOptions = {},
  manifest: ManifestInput = {},
): Preprocessing {
  checkOptionNames(options, PREPROCESSING_OPTIONS, 'preprocessing')
  const {
    preset: presetName,
    colorManaged = false,
    maxPixels = MAX_PIXELS,
    shrinkOnLoad = true,
    ...rest
  } = options
  const given = checkInputOptions(rest)
  checkOwn(colorManaged, maxPixels, shrinkOnLoad)
  const preset = presetName === undefined ? undefined : presetNamed(presetName)
  const format = tensorFormat(tensor, {
    ...manifest,
    ...(preset?.channels !== undefined && { channels: preset.channels }),
    ...given,
  })
  const normalization =
    stated(given) ??
    (preset === undefined ? stated(manifest) : inOrder(preset, format)) ??
    defaultNormalization(tensor, format)
  return {
    ...format,
    resize: { ...RESIZE_DEFAULTS, ...(preset?.resize ?? manifest.resize), ...given.resize },
    ...arithmetic(tensor, format, normalization),
    colorManaged,
    maxPixels,
    shrinkOnLoad,
  }
}

function stated({ mean, std, scale, offset }: ManifestInput): Normalization | undefined {
  if (mean !== undefined && std !== undefined) return { mean, std }
  if (scale === undefined && offset === undefined) return undefined
  const scales = scale ?? [1]
  const offsets = offset ?? [0]
  const count = Math.max(scales.length, offsets.length)
  const perChannel = (value: (scale: number, offset: number) => number) =>
    Array.from({ length: count }, (_, index) =>
      value(scales[index] ?? scales[0] ?? 1, offsets[index] ?? offsets[0] ?? 0),
    )
  return { mean: perChannel((scale, offset) => -offset / scale), std: perChannel((scale) => 1 / scale) }
}

/** A preset's numbers belong to colours, and not to places in the tensor. */
function inOrder({ normalization, channels = 'rgb' }: Preset, format: TensorFormat): Normalization | 'none' {
  if (normalization === 'none' || format.channels === channels) return normalization
  return { mean: normalization.mean.toReversed(), std: normalization.std.toReversed() }
}

function defaultNormalization(tensor: TensorInfo, { dtype }: TensorFormat): 'none' {
  if (dtype === 'uint8') return 'none'
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `nothing says how pixels become values of the ${dtype} tensor "${tensor.name}"`,
    expected: `a preset (${PRESET_NAMES.join(', ')}), the options mean and std, or a manifest beside the model`,
    found: 'none of them',
    remedy:
      'Use the preprocessing that the model was trained with; a wrong one gives wrong classes without any error.',
  })
}

function arithmetic(
  tensor: TensorInfo,
  { dtype, channels }: TensorFormat,
  normalization: Normalization | 'none',
): Pick<Preprocessing, 'mean' | 'std' | 'quantization'> {
  const count = channels === 'grey' ? 1 : 3
  // The pixels' own values: an int8 tensor holds them shifted, as converters from uint8 do it. Its scale is left out on purpose.
  if (normalization === 'none')
    return { mean: Array(count).fill(dtype === 'int8' ? 128 : 0), std: Array(count).fill(1) }
  const perChannel = (name: 'mean' | 'std') => {
    const list = normalization[name]
    if (list.length === count) return list
    if (list.length === 1) return list.flatMap((value) => Array<number>(count).fill(value))
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `${name} does not fit the tensor "${tensor.name}"`,
      expected: count === 1 ? 'one entry' : `one entry, or ${count}`,
      found: String(list.length),
    })
  }
  const both = { mean: perChannel('mean'), std: perChannel('std') }
  if (dtype === 'float32' || dtype === 'float16') return both
  if (tensor.quantization !== undefined) return { ...both, quantization: tensor.quantization }
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `the ${dtype} tensor "${tensor.name}" cannot hold normalised values, as it has no quantization`,
    expected: 'pixels as they are',
    found: 'a mean and a std, or a scale and an offset',
    remedy: 'Use the preset raw.',
  })
}

function checkOwn(colorManaged: unknown, maxPixels: unknown, shrinkOnLoad: unknown): void {
  if (typeof colorManaged !== 'boolean') throw optionOutOfRange('colorManaged', 'true or false', colorManaged)
  if (typeof maxPixels !== 'number' || !(maxPixels >= 1)) {
    throw optionOutOfRange('maxPixels', 'a number of pixels, at least 1', maxPixels)
  }
  if (typeof shrinkOnLoad !== 'boolean' && shrinkOnLoad !== 'fine') {
    throw optionOutOfRange('shrinkOnLoad', 'true, false or "fine"', shrinkOnLoad)
  }
}
