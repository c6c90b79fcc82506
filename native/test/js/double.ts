import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { NativeAddon, NativeSession, TfliteSessionOptions } from '@edge/native'

/** The double of TensorFlow Lite's library, which `pnpm build` makes beside the addon; see test/double/tflite_double.cc. */
export const doublePath = fileURLToPath(new URL('../../build/double/libtflite_double.so', import.meta.url))

if (!existsSync(doublePath)) throw new Error(`${doublePath} is missing: pnpm build makes it`)

/** A model file for the double, from the fields that its source describes. */
export function doubleModel(fields: string): Uint8Array {
  return Buffer.concat([Buffer.from([16, 0, 0, 0]), Buffer.from(`TFL3${fields}`)])
}

/** Opens a session on the double. */
export function openDouble(
  addon: NativeAddon,
  fields: string,
  options: Partial<TfliteSessionOptions> = {},
): Promise<NativeSession> {
  return addon.openTfliteSession({
    model: doubleModel(fields),
    libraries: [{ path: doublePath, origin: 'the test' }],
    threads: 1,
    xnnpack: true,
    queueCapacity: 8,
    copyBuffers: false,
    ...options,
  })
}
