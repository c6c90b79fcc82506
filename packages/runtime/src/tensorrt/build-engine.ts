import { checkOptionNames, EdgeError, type NamesOf, throwIfAborted } from '@edge/errors'
import { fromAddon } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import { checkedOnnx } from '../checked-onnx.js'
import { type ModelLike, type ModelSource, readModelSource } from '../model-source.js'
import { resolveSessionOptions, type SessionOptions } from '../options.js'
import type { EngineFacts } from './engine-facts.js'
import { engineFacts, findTarget } from './engine-source.js'
import { tensorRtLibraries } from './libraries.js'
import { modelHash } from './model-hash.js'
import { type EngineTarget, newEngine } from './new-engine.js'

/** What an engine is to be: the options of {@link Session.open} that say so, with the same defaults. */
export interface BuildEngineOptions
  extends Pick<
    SessionOptions,
    'precision' | 'tensorrt' | 'libraryPath' | 'onProgress' | 'signal' | 'validate'
  > {}

const OPTIONS: NamesOf<BuildEngineOptions> = {
  precision: true,
  tensorrt: true,
  libraryPath: true,
  onProgress: true,
  signal: true,
  validate: true,
}

/** An engine that {@link buildEngine} built. */
export interface BuiltEngineFile {
  /** The serialized engine: what an .engine file holds, and `Session.open` takes. */
  readonly plan: Uint8Array
  /** What TensorRT warned of. */
  readonly warnings: readonly string[]
  /** How long it took, in milliseconds. */
  readonly buildMs: number
  /** Batches that calibration took; 0 without one, and with its result from a cache. */
  readonly calibrationBatches: number
  /** What the engine was made for: TensorRT's version and the GPU, on which alone it runs. */
  readonly details: { readonly tensorrt: string; readonly gpu: string }
}

/**
 * Builds an engine of an .onnx model for this machine's GPU, to be kept as a file. `Session.open` with an .onnx does that by itself, and
 * keeps the engine in its cache; this always builds, and the cache is used for measured times alone.
 *
 * @throws EdgeError `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`,
 *   `DEVICE_UNAVAILABLE`, `ENGINE_BUILD_FAILED`, `INVALID_ARGUMENT`, `ABORTED`, `OUT_OF_MEMORY`; what the calibration's batches throw.
 *
 * @example
 * ```ts
 * const { plan, buildMs } = await buildEngine('resnet18.onnx', { precision: 'fp16' })
 * await writeFile('resnet18.engine', plan)
 * ```
 */
export async function buildEngine(
  model: ModelLike,
  options: BuildEngineOptions = {},
): Promise<BuiltEngineFile> {
  const { source, resolved, target } = await prepare(model, options)
  try {
    const onnx = await checkedOnnx(source.content, source.name, resolved.validate)
    throwIfAborted(resolved.signal, 'building the engine')
    const { plan, warnings, buildMs, calibrationBatches } = await newEngine(
      onnx,
      source.content,
      target,
      resolved,
    )
    const gpu = `${target.gpu.name}, compute capability ${target.gpu.computeCapability}`
    return { plan, warnings, buildMs, calibrationBatches, details: { tensorrt: target.tensorrt, gpu } }
  } catch (error) {
    throw fromAddon(error)
  }
}

/**
 * What the engine of a model would be made for, on this machine and with these options: what the engine cache goes by, and
 * `EngineCache.why` takes.
 *
 * @returns undefined where the engine would not be kept: its calibration has no name.
 * @throws EdgeError as {@link buildEngine}, without building anything.
 */
export async function wantedEngine(
  model: ModelLike,
  options: BuildEngineOptions = {},
): Promise<EngineFacts | undefined> {
  const { source, resolved, target } = await prepare(model, options)
  const onnx = await checkedOnnx(source.content, source.name, resolved.validate)
  return engineFacts(await modelHash(onnx), target, resolved)
}

interface Prepared {
  readonly source: ModelSource
  readonly resolved: BackendOpenOptions
  readonly target: EngineTarget
}

async function prepare(model: ModelLike, options: BuildEngineOptions): Promise<Prepared> {
  checkOptionNames(options, OPTIONS, 'buildEngine')
  const resolved = resolveSessionOptions(options)
  const source = await readModelSource(model)
  if (source.format !== 'onnx') {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `no engine can be built of ${source.name}`,
      expected: 'an .onnx model',
      found: source.format === 'engine' ? 'an engine, which is built already' : source.format,
      remedy:
        source.format === 'engine'
          ? 'Open it as it is.'
          : 'Export the model as .onnx from where it was trained.',
    })
  }
  try {
    const libraries = tensorRtLibraries(resolved.libraryPath)
    return { source, resolved, target: findTarget(libraries, resolved.tensorrt?.device ?? 0) }
  } catch (error) {
    throw fromAddon(error)
  }
}
