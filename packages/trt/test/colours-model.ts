import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { floats, model, node, value } from '../../runtime/test/onnx-models.js'

/** One pixel in, and each of its colours for the score of a class. */
export function colours(batch: number | string = 1): Uint8Array {
  const shape = [batch, 1, 1, 3]
  return model({
    name: 'colours',
    input: [value('image', shape)],
    output: [value('scores', shape)],
    initializer: [floats('weights', [1, 1, 3, 3], [0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01])],
    node: [node('MatMul', ['image', 'weights'], ['scores'])],
  })
}

/** Of {@link colours}: labels for its classes. */
export const COLOURS_MANIFEST = {
  manifestVersion: 1,
  name: 'colours',
  files: ['colours.onnx', 'colours.engine', 'open.onnx'],
  input: { scale: [1], layout: 'NHWC' },
  output: { kind: 'logits' },
  labels: ['red', 'green', 'blue'],
}

/** Writes the model, its manifest, and a picture for it: `colours.onnx`, `model.json` and `green.png`. */
export async function writeColours(directory: string): Promise<void> {
  await writeFile(join(directory, 'colours.onnx'), colours())
  await writeFile(join(directory, 'model.json'), JSON.stringify(COLOURS_MANIFEST))
  const pixel = { width: 8, height: 8, channels: 3, background: '#0f0' } as const
  await sharp({ create: pixel }).png().toFile(join(directory, 'green.png'))
}
