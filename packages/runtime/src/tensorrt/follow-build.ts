import { setTimeout as sleep } from 'node:timers/promises'
import { abortError, EdgeError } from '@edge/errors'
import {
  type EngineBuildOptions,
  fromAddon,
  loadAddon,
  type NativeEngine,
  type NativeEngineBuild,
} from '@edge/native'
import type { CalibrationBatch, CalibrationOptions } from './options.js'
import { type BuildProgress, fractionDone } from './progress.js'

/** How often progress is told. */
const TELL_MS = 100
/** How soon a batch that nobody had a place for is offered again. */
const OFFER_AGAIN_MS = 2

/** How to follow a build. */
export interface BuildWatch {
  readonly onProgress?: (progress: BuildProgress) => void
  readonly signal?: AbortSignal
}

/**
 * Builds an engine on a thread of its own, and follows it.
 *
 * @throws EdgeError `ABORTED` once the build has stopped; what building throws; what the batches' iterator throws.
 */
export async function followBuild(
  options: EngineBuildOptions,
  calibration: CalibrationOptions | undefined,
  { onProgress, signal }: BuildWatch,
): Promise<NativeEngine> {
  const build = loadAddon().buildEngine(options)
  const begun = performance.now()
  const tell = (): void => {
    const phases = build.phases()
    const progress = { phases: phases.map(({ name }) => name), fraction: fractionDone(phases) }
    onProgress?.({ ...progress, elapsedMs: performance.now() - begun })
  }
  const cancel = (): void => build.cancel()
  const telling = onProgress === undefined ? undefined : setInterval(tell, TELL_MS)
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted === true) cancel()
  let failedBatch: { readonly error: unknown } | undefined
  feed(build, calibration).catch((error: unknown) => {
    failedBatch = { error }
    cancel()
  })
  try {
    return await build.done
  } catch (error) {
    if (signal?.aborted === true) throw abortError(signal, 'building the engine')
    throw failedBatch === undefined ? fromAddon(error) : failedBatch.error
  } finally {
    clearInterval(telling)
    signal?.removeEventListener('abort', cancel)
  }
}

/** Hands batches over, each once, as TensorRT asks for them; stops when the build has ended. */
async function feed(build: NativeEngineBuild, calibration: CalibrationOptions | undefined): Promise<void> {
  if (calibration?.batches === undefined || calibration.cache !== undefined) return
  const ended = { is: false }
  const watch = (): void => {
    ended.is = true
  }
  build.done.then(watch, watch)
  for await (const batch of calibration.batches) {
    const bytes = bytesOf(batch)
    while (!ended.is && !build.offerBatch(bytes)) await sleep(OFFER_AGAIN_MS)
    // Leaving the loop has the iterator clean up after itself.
    if (ended.is) return
  }
  build.endBatches()
}

function bytesOf(batch: CalibrationBatch): Record<string, Uint8Array> {
  const bytes: Record<string, Uint8Array> = {}
  for (const [input, values] of Object.entries<unknown>(batch)) {
    if (!ArrayBuffer.isView(values)) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `a calibration batch has no values for the input "${input}"`,
        expected: 'a typed array, such as a Float32Array',
        found: values === null ? 'null' : typeof values,
      })
    }
    bytes[input] = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  }
  return bytes
}
