import { EdgeError } from '@edge/errors'

/** How pixels between the source's are found. All but `nearest` average over the pixels that fall together (antialias). */
export type ResizeKernel = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/**
 * How a picture is brought to the tensor's size.
 *
 * - `cover-crop`: scaled, keeping its proportions, so that it covers `size / cropRatio`; the middle is cut out.
 * - `stretch`: scaled to the size, whatever its proportions.
 */
export interface Resize {
  readonly fit: 'cover-crop' | 'stretch'
  /** Of `cover-crop`: the tensor's side over the resized picture's. Above 0, at most 1. Default: 0.875 (224 of 256). */
  readonly cropRatio?: number
  /** Default: `bilinear`. */
  readonly kernel?: ResizeKernel
}

/** A width and a height, in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What to do to a picture: resize it to `resized`, then cut out the target's size at `left`, `top`. */
export interface ResizePlan {
  readonly resized: Size
  readonly left: number
  readonly top: number
  readonly crop: Size
}

// Longer strips would need their whole length in memory to give a square out of the middle that shows nothing of them.
const MAX_ASPECT = 100

/**
 * Plans the resampling of one picture.
 *
 * @param source - the picture's size, upright.
 * @param target - the tensor's.
 * @param name - what to call the picture in messages.
 * @throws EdgeError `IMAGE_UNSUPPORTED` where a picture to crop is more than 100 times as long as it is wide.
 */
export function planResize(source: Size, target: Size, resize: Required<Resize>, name: string): ResizePlan {
  if (resize.fit === 'stretch') return { resized: target, left: 0, top: 0, crop: target }
  if (Math.max(source.width / source.height, source.height / source.width) > MAX_ASPECT) {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the picture ${name} is too long and narrow to take its middle`,
      expected: `sides of at most 1:${MAX_ASPECT}`,
      found: `${source.width} × ${source.height}`,
      remedy: 'Cut it into pieces, or use resize: { fit: "stretch" }.',
    })
  }
  const scale = Math.max(
    Math.round(target.width / resize.cropRatio) / source.width,
    Math.round(target.height / resize.cropRatio) / source.height,
  )
  const resized = {
    width: Math.max(target.width, Math.round(source.width * scale)),
    height: Math.max(target.height, Math.round(source.height * scale)),
  }
  return {
    resized,
    left: Math.floor((resized.width - target.width) / 2),
    top: Math.floor((resized.height - target.height) / 2),
    crop: target,
  }
}
