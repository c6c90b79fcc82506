import type { EngineBuildOptions, GpuInfo, NativeEngine, ProfileShape, TensorRtLibraries } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import type { CheckedOnnx } from '../checked-onnx.js'
import { defaultCacheDirectory } from './cache-directory.js'
import { followBuild } from './follow-build.js'
import { explainOnes, hasProfiles, profileOfOnes } from './open-dimensions.js'
import type { TensorRtOptions } from './options.js'
import { TimingCache } from './timing-cache.js'
import { typedModel } from './typed-model.js'

/** Where an engine is to run, as the vendor's libraries tell it. */
export interface EngineTarget {
  readonly libraries: TensorRtLibraries
  readonly gpu: GpuInfo
  /** TensorRT's full version. */
  readonly tensorrt: string
}

/** What an engine is to be, and who follows its building. */
export type EngineWish = Pick<BackendOpenOptions, 'precision' | 'tensorrt' | 'onProgress' | 'signal'>

/** A freshly built engine. */
export interface NewEngine extends NativeEngine {
  readonly buildMs: number
}

/**
 * Builds an engine, with what earlier builds measured on this GPU, and keeps what this one did.
 *
 * @param content - what the model was read from.
 * @throws EdgeError `MODEL_UNSUPPORTED`, `ENGINE_BUILD_FAILED`, `ABORTED`, `OUT_OF_MEMORY`; what the calibration's batches throw.
 */
export async function newEngine(
  onnx: CheckedOnnx,
  content: string | Uint8Array,
  target: EngineTarget,
  wish: EngineWish,
): Promise<NewEngine> {
  const { tensorrt = {} } = wish
  const begun = performance.now()
  const timing = timingCache(target, tensorrt)
  const measured = await timing?.read()
  const typed = await typedModel(onnx, content, wish.precision ?? 'fp32', target.tensorrt)
  const ones = hasProfiles(tensorrt) ? [] : await profileOfOnes(onnx.bytes)
  const engine = await followBuild(
    {
      ...buildOptions(target, wish),
      ...(ones.length > 0 && { profiles: [ones] }),
      model: typed.bytes,
      ...(typed.path !== undefined && { modelPath: typed.path }),
      ...(measured !== undefined && { timingCache: measured }),
    },
    tensorrt.calibration,
    wish,
  )
  if (engine.calibrationCache !== undefined) tensorrt.calibration?.onCache?.(engine.calibrationCache)
  await timing?.keep(engine.timingCache)
  const assumed = explainOnes(ones.map(({ input, opt }) => ({ name: input, shape: opt })))
  const warnings = [...typed.warnings, ...(assumed === undefined ? [] : [assumed]), ...engine.warnings]
  return { ...engine, warnings, buildMs: performance.now() - begun }
}

function buildOptions(
  { libraries, gpu }: EngineTarget,
  { precision = 'fp32', tensorrt = {} }: EngineWish,
): Omit<EngineBuildOptions, 'model'> {
  const { workspaceBytes, optimizationLevel, dla, calibration } = tensorrt
  return {
    libraries,
    device: gpu.ordinal,
    precision,
    tf32: tensorrt.tf32 ?? true,
    ...(workspaceBytes !== undefined && { workspaceBytes }),
    ...(optimizationLevel !== undefined && { optimizationLevel }),
    profiles: (tensorrt.profiles ?? []).map((profile) =>
      Object.entries(profile).map(([input, range]): ProfileShape => ({ input, ...range })),
    ),
    ...(dla !== undefined && { dla: { core: dla.core ?? 0, gpuFallback: dla.gpuFallback ?? true } }),
    versionCompatible: tensorrt.versionCompatible ?? false,
    hardwareCompatibility: tensorrt.hardwareCompatibility ?? 'none',
    refittable: tensorrt.refittable ?? false,
    detailedProfiling: tensorrt.profileLayers ?? false,
    ...(calibration !== undefined && {
      calibration: {
        method: calibration.method ?? 'entropy',
        ...(calibration.cache !== undefined && { cache: calibration.cache }),
      },
    }),
  }
}

/** Where engines are kept; undefined where they are not to be. */
export function cacheDirectory({ engineCache = true }: TensorRtOptions): string | undefined {
  if (engineCache === false) return undefined
  return engineCache === true ? defaultCacheDirectory() : engineCache
}

function timingCache({ gpu, tensorrt }: EngineTarget, options: TensorRtOptions): TimingCache | undefined {
  const directory = cacheDirectory(options)
  return directory === undefined ? undefined : new TimingCache(directory, tensorrt, gpu)
}
