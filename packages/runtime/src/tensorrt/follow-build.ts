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
import { type BuildProgress, steadyFraction } from './progress.js'

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
 * @throws EdgeError `ABORTED` once the build has stopped; what building throws; what the batches' iterator, and `onProgress`, throw.
 */
export async function followBuild(
  options: EngineBuildOptions,
  calibration: CalibrationOptions | undefined,
  { onProgress, signal }: BuildWatch,
): Promise<NativeEngine> {
  const build = loadAddon().buildEngine(options)
  const begun = performance.now()
  const cancel = (): void => build.cancel()
  // Of the caller's own code, which a build does not go on without.
  let thrown: { readonly error: unknown } | undefined
  const giveUp = (error: unknown): void => {
    thrown ??= { error }
    clearInterval(telling)
    cancel()
  }
  const fractionOf = steadyFraction()
  const tell = (): void => {
    const phases = build.phases()
    const progress = { phases: phases.map(({ name }) => name), fraction: fractionOf(phases) }
    try {
      onProgress?.({ ...progress, elapsedMs: performance.now() - begun })
    } catch (error) {
      giveUp(error)
    }
  }
  const telling = onProgress === undefined ? undefined : setInterval(tell, TELL_MS)
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted === true) cancel()
  feed(build, calibration).catch(giveUp)
  try {
    const engine = await build.done
    // It was done before it could be cancelled.
    if (thrown !== undefined) throw thrown.error
    return engine
  } catch (error) {
    if (signal?.aborted === true) throw abortError(signal, 'building the engine')
    if (thrown !== undefined) throw thrown.error
    throw ofRefusedRanges(fromAddon(error), calibration)
  } finally {
    clearInterval(telling)
    signal?.removeEventListener('abort', cancel)
  }
}

/** Hands batches over, each once, as TensorRT asks for them; stops when the build has ended. */
async function feed(build: NativeEngineBuild, calibration: CalibrationOptions | undefined): Promise<void> {
  if (calibration === undefined) return
  if (calibration.batches === undefined || calibration.cache !== undefined) {
    // TensorRT asks for batches where it does not take the cache, and would wait for them for good.
    build.endBatches()
    return
  }
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

/** What TensorRT says of ranges that it did not take is that it found none. */
function ofRefusedRanges(error: unknown, calibration: CalibrationOptions | undefined): unknown {
  const { cache, method = 'entropy' } = calibration ?? {}
  if (cache === undefined || !(error instanceof EdgeError) || error.code !== 'ENGINE_BUILD_FAILED')
    return error
  if (!/calibrat|scaling factor/i.test(error.message)) return error
  return new EdgeError('ENGINE_BUILD_FAILED', {
    summary: 'TensorRT does not take the ranges of an earlier calibration',
    expected: `those that this version of TensorRT found for this model by the method ${method}`,
    found: `${titleOf(cache)}: ${error.found ?? error.summary}`,
    remedy:
      'Delete the file that they are from, and calibrate anew, from batches (edge-trt build --calibrate); or say by which method they were found: the option method (edge-trt: --calibration-method).',
    cause: error,
  })
}

/** The first line of TensorRT's file of ranges names its version and the method. */
function titleOf(cache: Uint8Array): string {
  const [first = ''] = new TextDecoder('latin1').decode(cache.subarray(0, 80)).split('\n', 1)
  return /^TRT-[\x20-\x7e]*$/.test(first) ? first : 'bytes that do not begin as its files of ranges do'
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
