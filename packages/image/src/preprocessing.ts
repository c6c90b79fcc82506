import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { checkInputOptions, type ManifestInput } from '@edge/model'
import type { PixelLayout, Quantization, TensorInfo } from '@edge/native'
import type { Resize } from './geometry.js'
import { type Normalization, PRESET_NAMES, type PresetName, presetNamed } from './presets.js'
import { type ChannelOrder, type TensorFormat, tensorFormat } from './tensor-format.js'

/**
 * How a model's input is made from a picture. Each part comes from the first that says it: the option, the preset, the model's
 * manifest, the tensor itself.
 */
export interface PreprocessingOptions {
  /** A named way; see `PRESETS`. */
  readonly preset?: PresetName
  /** Default: the whole picture, stretched, bilinear. */
  readonly resize?: Resize
  /**
   * With `std`: `value = (pixel − mean) / std`, on pixels of 0 to 255. One entry for all channels, or one for each of the tensor's
   * in its order. Where nothing says it: pixels as they are for a uint8 tensor, an error for the others.
   */
  readonly mean?: readonly number[]
  /** With `mean`. Above 0. */
  readonly std?: readonly number[]
  /** Order of the tensor's channels. Default: `grey` for a tensor of one channel, `rgb` for three. */
  readonly channels?: ChannelOrder
  /** Default: what the tensor's shape says. */
  readonly layout?: PixelLayout
  /** Whether to apply a colour profile that the picture carries. Default: false, as PIL and TensorFlow do. */
  readonly colorManaged?: boolean
  /**
   * Pictures of more pixels are refused with `IMAGE_UNSUPPORTED`. Default: 67108864 (8192²).
   *
   * It bounds memory. Most pictures are decoded a few rows at a time; what is held whole takes, for each pixel, 6 bytes in a
   * progressive JPEG (3 with subsampled chroma) and 3 in a JPEG that the EXIF orientation turns, an interlaced PNG or one with alpha.
   * At the default that is up to 400 MB for each picture that is worked on at the same time.
   */
  readonly maxPixels?: number
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
  channels: true,
  layout: true,
  colorManaged: true,
  maxPixels: true,
}

/** Everything that is to be known to make one tensor from a picture. */
export interface Preprocessing extends TensorFormat {
  readonly resize: Required<Resize>
  /** Per channel of the tensor. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** Applied after mean and std. */
  readonly quantization?: Quantization
  readonly colorManaged: boolean
  readonly maxPixels: number
}

const RESIZE_DEFAULTS = { fit: 'stretch', cropRatio: 0.875, kernel: 'bilinear' } as const
const MAX_PIXELS = 8192 * 8192

/**
 * Settles how pictures are brought into a tensor.
 *
 * @param tensor - the model's input: float32, uint8 or int8; [1, height, width, channels] or [1, channels, height, width] of 1 or
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
  const { preset: presetName, colorManaged = false, maxPixels = MAX_PIXELS, ...rest } = options
  const given = checkInputOptions(rest)
  checkOwn(colorManaged, maxPixels)
  const preset = presetName === undefined ? undefined : presetNamed(presetName)
  const format = tensorFormat(tensor, { ...manifest, ...given })
  const normalization =
    stated(given) ?? preset?.normalization ?? stated(manifest) ?? defaultNormalization(tensor, format)
  return {
    ...format,
    resize: { ...RESIZE_DEFAULTS, ...(given.resize ?? preset?.resize ?? manifest.resize) },
    ...arithmetic(tensor, format, normalization),
    colorManaged,
    maxPixels,
  }
}

function stated({ mean, std }: ManifestInput): Normalization | undefined {
  return mean === undefined || std === undefined ? undefined : { mean, std }
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
  if (dtype === 'float32') return both
  if (tensor.quantization !== undefined) return { ...both, quantization: tensor.quantization }
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `the ${dtype} tensor "${tensor.name}" cannot hold normalised values, as it has no quantization`,
    expected: 'pixels as they are',
    found: 'a mean and a std',
    remedy: 'Use the preset raw.',
  })
}

function checkOwn(colorManaged: unknown, maxPixels: unknown): void {
  if (typeof colorManaged !== 'boolean') throw outOfRange('colorManaged', 'true or false', colorManaged)
  if (typeof maxPixels !== 'number' || !(maxPixels >= 1)) {
    throw outOfRange('maxPixels', 'a number of pixels, at least 1', maxPixels)
  }
}

function outOfRange(name: string, expected: string, found: unknown): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the option ${name} is out of range`,
    expected,
    found: typeof found === 'string' ? JSON.stringify(found) : String(found),
  })
}
