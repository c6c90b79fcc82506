import { EdgeError } from '@edge/errors'
import { fromAddon, loadAddon, type PixelResample } from '@edge/native'
import { type DecodedPicture, rgbOf } from './decode.js'
import { planResize, type Resize, type ResizeKernel, type ResizePlan, type Size } from './geometry.js'
import { type Pixels, padded, toRgb } from './pixels.js'

/** See `PreprocessingOptions.shrinkOnLoad`. */
export type ShrinkOnLoad = boolean | 'fine'

/** How a picture comes to the tensor's size. */
export interface ResampleOptions {
  readonly resize: Required<Resize>
  readonly shrinkOnLoad: ShrinkOnLoad
  /** No more pixels than this lie between the passes over columns and over rows. */
  readonly maxPixels: number
}

/** What the second stage makes. */
export interface Resampled {
  readonly pixels: Pixels
  /** What it took once the picture was decoded, in milliseconds. */
  readonly resampleMs: number
}

/**
 * Second stage: the picture's pixels at the tensor's size, in RGB.
 *
 * The addon resamples, and works out no more than the crop. For every fit and kernel, up and down, its pixels are PIL's (`antialias`); from
 * those of `tf.image.resize` (else) they differ by at most 0.3 grey levels in the mean, and 99 % of the values are within 1; `nearest` is
 * exact (`parity.test.ts`).
 *
 * A JPEG that `shrinkOnLoad` lets libvips decode smaller is brought to its size by libvips altogether.
 *
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function resample(
  picture: DecodedPicture,
  target: Size,
  options: ResampleOptions,
): Promise<Resampled> {
  const { resize } = options
  const { plan, shrunk } = await planPicture(picture, target, options)
  const source = shrunk ?? (await picture.pixels())
  const begin = performance.now()
  const pixels = shrunk ?? (await resamplePixels(source, plan, resize))
  return {
    pixels: padded(toRgb(pixels), target, plan.x, plan.y, resize.pad),
    resampleMs: performance.now() - begin,
  }
}

/** How a picture comes to its size, and its pixels where libvips brought a JPEG there already. */
export interface PlannedPicture {
  readonly plan: ResizePlan
  /** Of the size of the plan's crop. */
  readonly shrunk?: Pixels
}

/**
 * Settles how a picture comes to its size.
 *
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function planPicture(
  picture: DecodedPicture,
  target: Size,
  { resize, shrinkOnLoad, maxPixels }: ResampleOptions,
): Promise<PlannedPicture> {
  const plan = planResize(picture, target, resize, picture.name)
  const shrunk = await shrinkJpeg(picture, plan, resize, shrinkOnLoad)
  if (shrunk !== undefined) return { plan, shrunk }
  checkEffort(picture, plan, maxPixels)
  return { plan }
}

/** Of which pixels of a picture the plan's crop is made. */
export function resampleAxes(
  { width, height }: Size,
  { resized, left, top, crop }: ResizePlan,
): Pick<PixelResample, 'columns' | 'rows'> {
  return {
    columns: { from: width, to: resized.width, first: left, count: crop.width },
    rows: { from: height, to: resized.height, first: top, count: crop.height },
  }
}

// Of each side a table of weights is made, of some 40 bytes a pixel. No camera makes more.
const MOST_PIXELS_A_SIDE = 1_000_000

/**
 * Refuses a picture of few bytes that would take gigabytes: columns come first, as in PIL, so that one that is narrower than the tensor is
 * widened in each row that the crop needs.
 *
 * @throws EdgeError `IMAGE_UNSUPPORTED`.
 */
function checkEffort(picture: DecodedPicture, { resized, crop }: ResizePlan, maxPixels: number): void {
  const { width, height, name } = picture
  const rows = Math.min(height, Math.ceil((crop.height * height) / resized.height))
  const between = crop.width > width ? crop.width * rows : 0
  if (Math.max(width, height) <= MOST_PIXELS_A_SIDE && between <= maxPixels) return
  throw new EdgeError('IMAGE_UNSUPPORTED', {
    summary: `the picture ${name} is too long and narrow to be resized`,
    expected: `sides of at most ${MOST_PIXELS_A_SIDE} pixels, and at most ${maxPixels} once its rows are ${crop.width} wide`,
    found: `${width} × ${height}`,
    remedy: 'Cut it into pieces.',
  })
}

async function resamplePixels(pixels: Pixels, plan: ResizePlan, resize: Required<Resize>): Promise<Pixels> {
  const { channels } = pixels
  const work: PixelResample = {
    pixels: pixels.data,
    channels,
    ...resampleAxes(pixels, plan),
    kernel: resize.kernel,
    antialias: resize.antialias,
  }
  try {
    return { data: await loadAddon().resamplePixels(work), ...plan.crop, channels }
  } catch (error) {
    throw fromAddon(error)
  }
}

const SHARP_KERNELS = {
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
} as const satisfies Partial<Record<ResizeKernel, string>>

// From which factor on sharp decodes a JPEG smaller: it never lets exactly the factor go to the decoder, whose sizes are rounded.
const LEAST_SHRINK = { fast: 3, fine: 4 }

/**
 * A JPEG that libvips decodes smaller and resizes, since it can't be had to do the first alone; undefined where that does not apply.
 */
async function shrinkJpeg(
  { jpeg, width, height, name }: DecodedPicture,
  { resized, left, top, crop }: ResizePlan,
  { kernel, antialias }: Required<Resize>,
  shrinkOnLoad: ShrinkOnLoad,
): Promise<Pixels | undefined> {
  // The decoder averages: just what must not happen without antialiasing.
  if (jpeg === undefined || shrinkOnLoad === false || !antialias || kernel === 'nearest') return undefined
  const shrink = Math.min(width / resized.width, height / resized.height)
  if (shrink < LEAST_SHRINK[shrinkOnLoad === 'fine' ? 'fine' : 'fast']) return undefined
  const rows = jpeg.hasEnd ? { from: top, count: crop.height } : { from: 0, count: resized.height }
  const pipeline = jpeg.pipeline
    .resize({
      ...resized,
      fit: 'fill',
      kernel: SHARP_KERNELS[kernel],
      fastShrinkOnLoad: shrinkOnLoad !== 'fine',
    })
    // Resized first and cut afterwards, or libvips decodes a JPEG at its full size. It does not decode the rows below the cut, which is
    // time saved; but a picture that is truncated there must not pass, so that without its end all rows are decoded.
    .extract({ left, top: rows.from, width: crop.width, height: rows.count })
  const { data, channels } = await rgbOf(name, pipeline)
  const row = crop.width * channels
  const first = (top - rows.from) * row
  return { ...crop, channels, data: data.subarray(first, first + crop.height * row) }
}
