import { createRequire } from 'node:module'
import type * as Onnxruntime from 'onnxruntime-node'
import sharp from 'sharp'

const SIDE = 224
const RESIZED = 256
const SHAPE = [1, SIDE, SIDE, 3]
const IN_FLIGHT = 4

const { InferenceSession, Tensor }: typeof Onnxruntime = createRequire(import.meta.url)('onnxruntime-node')

// (pixel − 127) / 128 of each pixel, looked up.
const NORMALISED = Float32Array.from({ length: 256 }, (_, pixel) => (pixel - 127) / 128)

/** The pixels of the middle of a picture, as the model was trained on it: what sharp does of the work. */
export async function middle(path: string): Promise<Buffer> {
  return await sharp(path)
    .resize({ width: RESIZED, height: RESIZED, fit: 'outside', kernel: 'cubic' })
    .extract({ left: 58, top: 16, width: SIDE, height: SIDE })
    .raw()
    .toBuffer()
}

/** Does something for each picture, four at a time. */
export async function inFlight(
  paths: readonly string[],
  work: (path: string) => Promise<void>,
): Promise<void> {
  const waiting = [...paths]
  const lane = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await work(path)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

/** What a model takes: pixels that were normalised, or the bytes as they are. */
export type PixelInput = 'float32' | 'uint8'

/** A pipeline as one would write it by hand: sharp and onnxruntime-node, several pictures at a time, one thread an inference. */
export async function onnxruntimePipeline(
  model: string,
  dtype: PixelInput,
): Promise<(paths: readonly string[]) => Promise<void>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const [input = ''] = session.inputNames
  return (paths) =>
    inFlight(paths, async (path) => {
      const pixels = await middle(path)
      const tensor =
        dtype === 'uint8' ? new Tensor(dtype, pixels, SHAPE) : new Tensor(dtype, normalised(pixels), SHAPE)
      await session.run({ [input]: tensor })
    })
}

function normalised(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length)
  for (let at = 0; at < pixels.length; at += 1) values[at] = NORMALISED[pixels[at] ?? 0] ?? 0
  return values
}
