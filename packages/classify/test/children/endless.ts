/**
 * `node --expose-gc --import tsx endless.ts`: one `classifyMany` over a camera that never ends, left after 50,000 pictures. Prints how
 * many bytes the heap grew by between the 5,000th and the last, as JSON.
 */
import sharp from 'sharp'
import { Classifier } from '../../src/index.js'
import { fakeBackend, MODEL_BYTES } from '../fake-backend.js'

const WARM = 5_000
const LAST = 50_000

const grey = { r: 90, g: 90, b: 90 }
const frame = await sharp({ create: { width: 4, height: 4, channels: 3, background: grey } })
  .png()
  .toBuffer()
// It fails before it is decoded, which is quick, with an error that has a stack and so weighs more than a result.
const dropped = Uint8Array.of(0)

async function* camera(): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; count += 1) yield count % 20 === 0 ? frame : dropped
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

fakeBackend('endless', {})
const classifier = await Classifier.load(MODEL_BYTES, {
  backend: 'endless',
  validate: false,
  outputKind: 'logits',
})
let seen = 0
let begin = 0
let grown = 0
for await (const _ of classifier.classifyMany(camera(), { signal: new AbortController().signal })) {
  seen += 1
  if (seen === WARM) begin = heapUsed()
  if (seen < LAST) continue
  grown = heapUsed() - begin
  break
}
await classifier.dispose()
console.log(JSON.stringify({ seen, grown }))
