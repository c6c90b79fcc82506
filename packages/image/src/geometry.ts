import { EdgeError } from '@edge/errors'

/** Which pixels around a point make the pixel there. */
export type ResizeKernel = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/**
 * How a picture is brought to the tensor's size.
 *
 * - `cover-crop`: scaled, keeping its proportions, so that it covers `size / cropRatio`; the middle is cut out.
 * - `contain`: scaled, keeping its proportions, so that all of it fits into the size; what is left is filled with `pad`. Sizes and
 *   places are those of PIL's `ImageOps.pad`.
 * - `stretch`: scaled to the size, whatever its proportions.
 */
export interface Resize {
  /** What becomes of proportions that differ. */
  readonly fit: 'cover-crop' | 'contain' | 'stretch'
  /** Of `cover-crop`: the tensor's side over the resized picture's. Above 0, at most 1. Default: 0.875 (224 of 256). */
  readonly cropRatio?: number
  /**
   * Of `cover-crop`, where sides come out as fractions. `nearest`: sides to the nearest, halves to even; what is cut off on the left
   * and above rounded down. `torchvision`: the long side rounded down, what is cut off rounded half to even, as torchvision's `Resize` and
   * `CenterCrop` do it. Default: `nearest`.
   */
  readonly rounding?: 'nearest' | 'torchvision'
  /** Of `contain`: red, green and blue beside the picture, 0 to 255, or one entry for all three. Default: `[0]`, black. */
  readonly pad?: readonly number[]
  /** `bicubic` is Keys' with a = −0.5, `lanczos` has three lobes. Default: `bilinear`. */
  readonly kernel?: ResizeKernel
  /**
   * Whether a picture that is made smaller is averaged over all pixels that fall together, as PIL's `resize` does it, or only over
   * those beside each point, as TensorFlow's `tf.image.resize` does it (`antialias=False`). `nearest` averages in neither; the two
   * differ in how they round. Default: true.
   */
  readonly antialias?: boolean
}

/** A width and a height, in pixels. */
export interface Size {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
}

/**
 * What to do to a picture: resize it to `resized`, cut `crop` out of that at `left`, `top`, and put it at `x`, `y` into a picture of
 * the target's size.
 */
export interface ResizePlan {
  readonly resized: Size
  readonly left: number
  readonly top: number
  readonly crop: Size
  readonly x: number
  readonly y: number
}

// Of which only the crop is worked out. The addon takes a thousand times as much.
const MAX_RESIZED_SIDE = 2 ** 20

/**
 * Plans the resampling of one picture.
 *
 * @param source - the picture's size, upright.
 * @param target - the tensor's.
 * @param name - what to call the picture in messages.
 * @throws EdgeError `IMAGE_UNSUPPORTED` where a side of the picture that is to be cropped would become longer than 1048576 pixels.
 */
export function planResize(source: Size, target: Size, resize: Required<Resize>, name: string): ResizePlan {
  if (resize.fit === 'stretch') return { resized: target, left: 0, top: 0, crop: target, x: 0, y: 0 }
  if (resize.fit === 'contain') return planContain(source, target)
  const scale = Math.max(
    roundHalfToEven(target.width / resize.cropRatio) / source.width,
    roundHalfToEven(target.height / resize.cropRatio) / source.height,
  )
  const side = resize.rounding === 'torchvision' ? roundDown : roundHalfToEven
  const resized = {
    width: Math.max(target.width, side(source.width * scale)),
    height: Math.max(target.height, side(source.height * scale)),
  }
  if (Math.max(resized.width, resized.height) > MAX_RESIZED_SIDE) {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the picture ${name} is too long and narrow to take its middle`,
      expected: `sides of at most ${MAX_RESIZED_SIDE} pixels once it covers the tensor`,
      found: `${source.width} × ${source.height}, which become ${resized.width} × ${resized.height}`,
      remedy: 'Cut it into pieces.',
    })
  }
  const place = resize.rounding === 'torchvision' ? roundHalfToEven : Math.floor
  return {
    resized,
    left: place((resized.width - target.width) / 2),
    top: place((resized.height - target.height) / 2),
    crop: target,
    x: 0,
    y: 0,
  }
}

/** PIL's `ImageOps.pad`, by its own formulas (Pillow, `ImageOps.py`, `contain` and `pad`). */
function planContain(source: Size, target: Size): ResizePlan {
  const isWider = source.width / source.height > target.width / target.height
  const across = (from: number, to: number, side: number) => Math.max(1, roundHalfToEven((from / to) * side))
  const resized = isWider
    ? { width: target.width, height: across(source.height, source.width, target.width) }
    : { width: across(source.width, source.height, target.height), height: target.height }
  return {
    resized,
    left: 0,
    top: 0,
    crop: resized,
    x: roundHalfToEven((target.width - resized.width) / 2),
    y: roundHalfToEven((target.height - resized.height) / 2),
  }
}

/** To the whole number below, but for what multiplication and division left of a whole number: torchvision divides integers. */
function roundDown(value: number): number {
  return Math.floor(value + 1e-9)
}

/** As Python's `round`. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
