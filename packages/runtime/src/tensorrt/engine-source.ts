import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { EdgeError, throwIfAborted } from '@edge/errors'
import { loadAddon, type TensorRtLibraries } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import { checkedOnnx } from '../checked-onnx.js'
import type { ModelSource } from '../model-source.js'
import type { BuiltEngineFile } from './build-engine.js'
import type { LockOptions } from './build-lock.js'
import { EngineCache, type EngineOutcome, type RefusedEngine } from './engine-cache.js'
import { planHash } from './engine-entry.js'
import { type EngineFacts, RECIPE, UNNAMED } from './engine-facts.js'
import { modelHash } from './model-hash.js'
import { cacheDirectory, type EngineTarget, newEngine } from './new-engine.js'
import type { CalibrationOptions } from './options.js'
import { WAITING } from './progress.js'

/** An engine to open. */
export interface OpenedEngine {
  readonly plan: Uint8Array
  /** Its SHA-256, in hexadecimal, where the engine cache knows it. */
  readonly planSha256?: string
  readonly origin: EngineOutcome['origin'] | 'file'
  /** Facts for people: where it comes from, and why. */
  readonly details: Readonly<Record<string, string>>
}

/**
 * The engine of a model: the file itself, one from the cache, or one that is built now.
 *
 * @param refused - what the cache had before, and is not to be taken.
 * @throws EdgeError `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `ENGINE_BUILD_FAILED`, `ABORTED`, `OUT_OF_MEMORY`.
 */
export async function engineOf(
  model: ModelSource,
  target: EngineTarget,
  options: BackendOpenOptions,
  refused?: RefusedEngine,
): Promise<OpenedEngine> {
  if (model.format === 'engine') {
    return { plan: await engineBytes(model), origin: 'file', details: { engine: 'opened as it is' } }
  }
  const onnx = await checkedOnnx(model.content, model.name, options.validate)
  const tensorrt = options.tensorrt ?? {}
  const facts = engineFacts(await modelHash(onnx), target, options)
  const warnings: string[] = []
  const build = async () => {
    const engine = await newEngine(onnx, model.content, target, options)
    warnings.push(...engine.warnings)
    return engine
  }
  const directory = cacheDirectory(tensorrt)
  const outcome: EngineOutcome =
    directory === undefined || facts === undefined
      ? { plan: (await build()).plan, origin: 'built', why: whyUncached(directory) }
      : await new EngineCache(directory).getOrBuild(facts, basename(model.name), build, {
          ...waitingOf(options),
          ...(refused !== undefined && { refused }),
        })
  const { plan, planSha256, origin } = outcome
  const details = detailsOf(outcome, warnings)
  return { plan, ...(planSha256 !== undefined && { planSha256 }), origin, details }
}

function waitingOf({ signal, onProgress }: BackendOpenOptions): LockOptions {
  const tell = (elapsedMs: number): void => onProgress?.({ phases: [WAITING], fraction: 0, elapsedMs })
  return { ...(signal !== undefined && { signal }), onWait: tell }
}

/**
 * Builds an engine, whatever the cache has.
 *
 * @throws EdgeError as `buildEngine`.
 */
export async function newEngineFile(
  { content, name }: ModelSource,
  libraries: TensorRtLibraries,
  options: BackendOpenOptions,
): Promise<BuiltEngineFile> {
  const target = findTarget(libraries, options.tensorrt?.device ?? 0)
  const onnx = await checkedOnnx(content, name, options.validate)
  throwIfAborted(options.signal, 'building the engine')
  const { plan, warnings, buildMs, calibrationBatches } = await newEngine(onnx, content, target, options)
  const gpu = `${target.gpu.name}, compute capability ${target.gpu.computeCapability}`
  return { plan, warnings, buildMs, calibrationBatches, details: { tensorrt: target.tensorrt, gpu } }
}

/** Tells engines apart, so that sessions of the same one share its weights. */
export function planKey({ plan, planSha256 }: OpenedEngine): string {
  return planSha256 ?? planHash(plan)
}

/** All that an engine follows from; undefined where it follows from data that has no name. */
export function engineFacts(
  model: string,
  { gpu, tensorrt: version }: EngineTarget,
  { precision = 'fp32', tensorrt = {} }: Pick<BackendOpenOptions, 'precision' | 'tensorrt'>,
): EngineFacts | undefined {
  const { calibration, profiles = [], dla } = tensorrt
  const calibrated = calibration === undefined ? undefined : calibrationFact(calibration)
  if (calibration !== undefined && calibrated === undefined) return undefined
  const hardware = tensorrt.hardwareCompatibility ?? 'none'
  return {
    model,
    tensorrt: version,
    gpu: `${gpu.name}, compute capability ${gpu.computeCapability}`,
    // Modules of one name differ in it, and TensorRT chooses by it.
    multiprocessors: String(gpu.multiprocessors),
    precision,
    recipe: RECIPE,
    ...(profiles.length > 0 && { shapes: JSON.stringify(profiles) }),
    ...(calibrated !== undefined && { calibration: calibrated }),
    ...(tensorrt.tf32 === false && { tf32: 'off' }),
    ...(tensorrt.workspaceBytes !== undefined && { workspaceBytes: String(tensorrt.workspaceBytes) }),
    ...(tensorrt.optimizationLevel !== undefined && {
      optimizationLevel: String(tensorrt.optimizationLevel),
    }),
    ...(dla !== undefined && { dla: `core ${dla.core ?? 0}, GPU fallback ${dla.gpuFallback ?? true}` }),
    ...(tensorrt.versionCompatible === true && { versionCompatible: 'yes' }),
    ...(hardware !== 'none' && { hardwareCompatibility: hardware }),
    ...(tensorrt.refittable === true && { refittable: 'yes' }),
    ...(tensorrt.profileLayers === true && { detailedProfiling: 'yes' }),
  }
}

function calibrationFact({ cache, id, method = 'entropy' }: CalibrationOptions): string | undefined {
  if (cache !== undefined) return `cache ${createHash('sha256').update(cache).digest('hex')}`
  return id === undefined ? undefined : `${id}, ${method}`
}

function whyUncached(directory: string | undefined): string {
  return directory === undefined ? 'the engine cache is off' : UNNAMED
}

function detailsOf(
  { origin, why, warning }: EngineOutcome,
  warnings: readonly string[],
): Record<string, string> {
  return {
    engine: origin === 'cache' ? 'from the cache' : `built, since ${why ?? 'it was not kept'}`,
    ...(warning !== undefined && { cacheWarning: warning }),
    ...(warnings.length > 0 && { buildWarnings: warnings.join('\n') }),
  }
}

async function engineBytes({ content, name }: ModelSource): Promise<Uint8Array> {
  if (typeof content !== 'string') return content
  try {
    return await readFile(content)
  } catch (cause) {
    throw new EdgeError('FILE_UNREADABLE', {
      summary: `the engine ${name} cannot be read`,
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** @throws EdgeError `DEVICE_UNAVAILABLE`, `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`. */
export function findTarget(libraries: TensorRtLibraries, device: number): EngineTarget {
  const addon = loadAddon()
  const { devices } = addon.describeCuda(libraries.cuda)
  const { version } = addon.describeTensorRt(libraries.tensorrt)
  const gpu = devices[device]
  if (gpu === undefined) {
    throw new EdgeError('DEVICE_UNAVAILABLE', {
      summary: `there is no GPU ${device}`,
      expected: devices.map(({ ordinal, name }) => `${ordinal} (${name})`).join(' or '),
      found: String(device),
      remedy: 'Leave out tensorrt.device, or see what this machine has: edge-trt doctor.',
    })
  }
  return { libraries, gpu, tensorrt: version }
}
