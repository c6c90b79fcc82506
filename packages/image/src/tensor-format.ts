import { EdgeError } from '@edge/errors'
import type { PixelLayout, PixelWrite, TensorInfo } from '@edge/native'
import type { Size } from './geometry.js'

/** Order of a tensor's channels. */
export type ChannelOrder = 'rgb' | 'bgr' | 'grey'

/** What a caller or a manifest claims of a tensor. */
export interface FormatClaims {
  readonly width?: number
  readonly height?: number
  readonly layout?: PixelLayout
  readonly channels?: ChannelOrder
}

/** How a picture lies in a tensor. */
export interface TensorFormat extends Size {
  /** Whether the channels of a pixel lie together, or the pixels of a channel. */
  readonly layout: PixelLayout
  /** Order of the channels; `grey` for a tensor of one. */
  readonly channels: ChannelOrder
  /** Element type. */
  readonly dtype: PixelWrite['dtype']
}

const DTYPES: readonly PixelWrite['dtype'][] = ['float32', 'float16', 'uint8', 'int8']

/**
 * Finds out how a picture lies in a tensor: from its shape, and from claims where the shape leaves a choice. Claims that the shape
 * contradicts are errors.
 *
 * @throws EdgeError `DTYPE_MISMATCH`, `SHAPE_MISMATCH`.
 */
export function tensorFormat(tensor: TensorInfo, claims: FormatClaims): TensorFormat {
  const dtype = DTYPES.find((known) => known === tensor.dtype)
  if (dtype === undefined) {
    throw new EdgeError('DTYPE_MISMATCH', {
      summary: `a picture cannot be written to the tensor "${tensor.name}"`,
      expected: DTYPES.join(', '),
      found: tensor.dtype,
      remedy: 'Export the model with a float32, float16, uint8 or int8 input.',
    })
  }
  const { layout, width, height, depth } = layOut(tensor, claims.layout)
  for (const [name, claimed, actual] of [
    ['width', claims.width, width],
    ['height', claims.height, height],
  ] as const) {
    if (claimed !== undefined && claimed !== actual) {
      throw mismatch(
        tensor,
        `${name} ${claimed}`,
        `${name} ${actual}`,
        'Mend the manifest, or use its model.',
      )
    }
  }
  const { channels = depth === 1 ? 'grey' : 'rgb' } = claims
  if ((channels === 'grey') !== (depth === 1)) {
    throw mismatch(tensor, `${channels === 'grey' ? 1 : 3} channels for ${channels}`, `${depth}`)
  }
  return { width, height, layout, channels, dtype }
}

interface LaidOut extends Size {
  readonly layout: PixelLayout
  readonly depth: number
}

function layOut(tensor: TensorInfo, claimed: PixelLayout | undefined): LaidOut {
  const [batch, second, third, fourth] = tensor.shape
  if (
    tensor.shape.length !== 4 ||
    second === undefined ||
    third === undefined ||
    fourth === undefined ||
    tensor.shape.some((dimension) => dimension < 1)
  ) {
    throw mismatch(
      tensor,
      'a shape of [1, height, width, channels] or [1, channels, height, width]',
      show(tensor),
    )
  }
  if (batch !== 1) {
    throw mismatch(tensor, 'a batch of 1', show(tensor), 'Export the model with a batch of 1.')
  }
  const isDepth = (dimension: number) => dimension === 1 || dimension === 3
  const fitting: LaidOut[] = []
  if (isDepth(fourth)) fitting.push({ layout: 'NHWC', height: second, width: third, depth: fourth })
  if (isDepth(second)) fitting.push({ layout: 'NCHW', depth: second, height: third, width: fourth })
  const chosen = claimed === undefined ? fitting : fitting.filter(({ layout }) => layout === claimed)
  const [only, other] = chosen
  if (only === undefined) {
    const where = claimed === undefined ? 'first or last after the batch' : `where ${claimed} has them`
    throw mismatch(tensor, `1 or 3 channels, ${where}`, show(tensor))
  }
  if (other !== undefined) {
    throw mismatch(
      tensor,
      'a shape that tells NHWC from NCHW',
      show(tensor),
      'Say which it is: the option layout.',
    )
  }
  return only
}

function show({ shape }: TensorInfo): string {
  return `[${shape.join(', ')}]`
}

function mismatch(tensor: TensorInfo, expected: string, found: string, remedy?: string): EdgeError {
  return new EdgeError('SHAPE_MISMATCH', {
    summary: `a picture cannot be written to the tensor "${tensor.name}"`,
    expected,
    found,
    ...(remedy !== undefined && { remedy }),
  })
}
