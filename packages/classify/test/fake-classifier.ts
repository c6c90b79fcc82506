import sharp from 'sharp'
import { Classifier, type ClassifierOptions } from '../src/index.js'
import { type FakeModel, fakeBackend, MODEL_BYTES } from './fake-backend.js'

let backends = 0

/** A PNG of one grey level, which the fakes below find in their input. */
export function grey(level: number): Promise<Buffer> {
  return sharp({ create: { width: 4, height: 4, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer()
}

/** Loads a classifier over a fake; by default a model of four classes whose logits are class × grey level / 100. */
export async function load(options: ClassifierOptions = {}, model: FakeModel = {}) {
  backends += 1
  const backend = `fake-${backends}`
  const log = fakeBackend(backend, { run: byGreyLevel, ...model })
  const opening = Classifier.load(MODEL_BYTES, { backend, validate: false, outputKind: 'logits', ...options })
  return { log, opening }
}

export function byGreyLevel(input: ArrayBuffer, output: ArrayBuffer): void {
  const [level = 0] = new Uint8Array(input)
  const values = new Float32Array(output)
  for (let index = 0; index < values.length; index += 1) values[index] = (index * level) / 100
}
