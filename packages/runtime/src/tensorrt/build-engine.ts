import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { fromAddon } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import { type ModelLike, type ModelSource, readModelSource } from '../model-source.js'
import { resolveSessionOptions, type SessionOptions } from '../options.js'
import { tensorRtLibraries } from './libraries.js'

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
  readonly details: {
    /** Its full version. */
    readonly tensorrt: string
    /** Its name and compute capability. */
    readonly gpu: string
  }
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
  const { source, resolved } = await prepareBuild(model, options)
  // Imported here: who runs no such model needs none of it.
  const { newEngineFile } = await import('./engine-source.js')
  try {
    return await newEngineFile(source, tensorRtLibraries(resolved.libraryPath), resolved)
  } catch (error) {
    throw fromAddon(error)
  }
}

/** A model and options that were checked. */
export interface PreparedBuild {
  readonly source: ModelSource
  readonly resolved: BackendOpenOptions
}

/** @throws EdgeError `INVALID_ARGUMENT`, `MODEL_UNSUPPORTED`; `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`. */
export async function prepareBuild(model: ModelLike, options: BuildEngineOptions): Promise<PreparedBuild> {
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
  return { source, resolved }
}
