import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The double of TensorFlow Lite's library; see native/test/double/tflite_double.cc for its models. */
export const doublePath = fileURLToPath(
  new URL('../../../native/build/double/libtflite_double.so', import.meta.url),
)

if (!existsSync(doublePath)) throw new Error(`${doublePath} is missing: pnpm build makes it`)

/** A model file for the double. */
export function doubleModel(fields: string): Uint8Array {
  return Buffer.concat([Buffer.from([16, 0, 0, 0]), Buffer.from(`TFL3${fields}`)])
}
