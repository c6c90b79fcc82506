import { figureText, intervalFigure, median } from '@edge/bench'
import { type Nv12Pixels, preprocess, type RawPixels } from '@edge/image'
import { type DeviceTimes, Session, type SessionOptions } from '@edge/runtime'
import { inPairs, ratioOf, timed } from '../measure/turns.js'
import type { Claims } from './claims.js'

/** A camera's, whose frames are much larger than what a model looks at. */
const WIDTH = 1920
const HEIGHT = 1080
const FRAMES_PER_ROUND = 5
const NANOSECONDS_PER_MS = 1e6

/** Grey levels that the GPU's pixels may be from the processor's. They are meant to be the same to the bit. */
const MOST_LEVELS = 1
const PRESET = { preset: 'torch' } as const
/** The least standard deviation of that preset, on a scale of 255 grey levels: what a level comes to at the most is 1 over it. */
const LEAST_STD = 0.224 * 255

type Frame = RawPixels | Nv12Pixels

/** Values of every grey level, of fine structure and coarse. */
function bytes(count: number): Uint8Array {
  const values = new Uint8Array(count)
  for (let i = 0; i < count; i += 1)
    values[i] = (i % WIDTH) / 8 + (i >> 14) + ((Math.imul(i, 2654435761) >>> 27) & 31)
  return values
}

const size = { width: WIDTH, height: HEIGHT }
const frames: readonly (readonly [string, () => Frame])[] = [
  ['RGB', () => ({ ...size, channels: 3, data: bytes(WIDTH * HEIGHT * 3) })],
  ['NV12', () => ({ ...size, format: 'nv12', data: bytes((WIDTH * HEIGHT * 3) / 2) })],
]

/** Whether a model takes one picture in red, green and blue, as float32. */
function takesPicture(session: Session): boolean {
  const [input, other] = session.inputs
  if (input === undefined || other !== undefined || input.dtype !== 'float32') return false
  const [batch, first, , last, more] = input.shape
  return batch === 1 && more === undefined && (first === 3 || last === 3)
}

/** Opens the same engine twice: the processor preprocesses for one, and the GPU for the other. */
async function both(
  path: string,
  options: SessionOptions,
  use: (processor: Session, gpu: Session) => Promise<void>,
): Promise<void> {
  const open = (preprocessOnGpu: boolean) =>
    Session.open(path, { ...options, tensorrt: { ...options.tensorrt, preprocessOnGpu } })
  const processor = await open(false)
  try {
    const gpu = await open(true)
    try {
      await use(processor, gpu)
    } finally {
      await gpu.dispose()
    }
  } finally {
    await processor.dispose()
  }
}

async function seen(session: Session, frame: Frame): Promise<DeviceTimes | undefined> {
  await preprocess(frame, session.input(), PRESET)
  return (await session.run()).device
}

/** Holds what the GPU makes of frames for a model against what the processor makes of them. */
export async function judgeFrames(claims: Claims, path: string, options: SessionOptions): Promise<void> {
  await both(path, options, async (processor, gpu) => {
    if (!takesPicture(gpu)) return claims.notRun('frames on the GPU', 'the model takes no picture', path)
    for (const [name, make] of frames) {
      const frame = make()
      await seen(processor, frame)
      const device = await seen(gpu, frame)
      const expected = processor.input(0, 'float32').data
      const found = gpu.input(0, 'float32').data
      const apart = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))),
        0,
      )
      const levels = apart * LEAST_STD
      const what = `${name} frames on the GPU and on the processor`
      // NaN is no number of levels; and a picture of one colour shows nothing.
      const held = levels <= MOST_LEVELS && new Set(found).size > 16 && (device?.preprocessMs ?? 0) > 0
      claims.judge(what, held, apart === 0 ? 'equal' : `${levels.toFixed(2)} levels of ${MOST_LEVELS}`)
    }
  })
}

/** States how long it takes from a frame to the model's answer, by the processor and by the GPU in turns. */
export async function timeFrames(
  claims: Claims,
  path: string,
  options: SessionOptions,
  rounds: number,
): Promise<void> {
  await both(path, options, async (processor, gpu) => {
    if (!takesPicture(gpu)) return claims.notRun('frames to answers', 'the model takes no picture', path)
    for (const [name, make] of frames) {
      const frame = make()
      const round = (session: Session) => () =>
        timed(async () => {
          for (let i = 0; i < FRAMES_PER_ROUND; i += 1) await seen(session, frame)
        })
      const pairs = await inPairs(round(gpu), round(processor), rounds)
      const ms = (nanoseconds: readonly number[]) =>
        (median(nanoseconds) / FRAMES_PER_ROUND / NANOSECONDS_PER_MS).toFixed(2)
      const ratio = figureText(intervalFigure(ratioOf(pairs)))
      claims.state(
        `${name} frames of ${WIDTH} × ${HEIGHT} to answers, preprocessed on the GPU against on the processor`,
        `${ms(pairs.ours)} ms against ${ms(pairs.reference)} ms, ${ratio} ×`,
      )
    }
  })
}
