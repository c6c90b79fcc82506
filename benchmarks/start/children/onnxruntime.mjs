// onnxruntime.mjs import|require MODEL LABELS PICTURE: prints a picture's label, by sharp and onnxruntime-node, which it loads that way. The
// model takes uint8 or float32.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const SIDE = 224
const RESIZED = 256

const [way = '', model = '', labels = '', picture = ''] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const [{ InferenceSession, Tensor }, sharp] =
  way === 'require'
    ? [require('onnxruntime-node'), require('sharp')]
    : await Promise.all([import('onnxruntime-node'), import('sharp').then((module) => module.default)])

async function middle() {
  const { data, info } = await sharp(picture)
    .resize({ width: RESIZED, height: RESIZED, fit: 'outside', kernel: 'cubic' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [left, top] = [(info.width - SIDE) >> 1, (info.height - SIDE) >> 1]
  const pixels = new Uint8Array(SIDE * SIDE * 3)
  for (let row = 0; row < SIDE; row += 1) {
    const begin = ((top + row) * info.width + left) * 3
    pixels.set(data.subarray(begin, begin + SIDE * 3), row * SIDE * 3)
  }
  return pixels
}

function toTensor(type, pixels) {
  const shape = [1, SIDE, SIDE, 3]
  if (type === 'uint8') return new Tensor(type, pixels, shape)
  const normalised = Float32Array.from(pixels, (pixel) => (pixel - 127) / 128)
  return new Tensor('float32', normalised, shape)
}

// All that can be is done at one time.
const [session, pixels, text] = await Promise.all([
  InferenceSession.create(model),
  middle(),
  readFile(labels, 'utf8'),
])
const [{ name, type }] = session.inputMetadata
const results = await session.run({ [name]: toTensor(type, pixels) })
const scores = results[session.outputNames[0]].data
console.log(text.split('\n')[scores.indexOf(Math.max(...scores))])
await session.release()
