import { checkOptionNames, EdgeError, type NamesOf, optionOutOfRange, wholeNumberOption } from '@edge/errors'
import type { CalibrationMethod, EngineBuildOptions, TensorRtSessionOptions } from '@edge/native'

/** Shapes of one input that an engine is to accept. */
export interface ShapeRange {
  /** The smallest. */
  readonly min: readonly number[]
  /** The one that it is to be fastest for, and that a session begins with. */
  readonly opt: readonly number[]
  /** The largest. */
  readonly max: readonly number[]
}

/** One batch for calibration: each input's values, by its name, as the model's input wants them (float32, normalised). */
export type CalibrationBatch = Readonly<Record<string, ArrayBufferView>>

/**
 * How int8 ranges are found on TensorRT 10. On 11 there is no calibration: a model brings its ranges as Q/DQ operators. Of one that
 * does, this is not looked at on either, with a warning.
 */
export interface CalibrationOptions {
  /**
   * Batches of the inputs' own shapes; where these are open, of the first profile's `opt`. Read once, in order; not at all where `cache`
   * is given.
   */
  readonly batches?: Iterable<CalibrationBatch> | AsyncIterable<CalibrationBatch>
  /** `entropy` for convolutional networks, which is the default; `minMax` keeps outliers. */
  readonly method?: CalibrationMethod
  /**
   * The result of an earlier calibration of this model, as {@link CalibrationOptions.onCache} gave it or TensorRT's other tools did, or
   * a table of ranges as `writeCalibrationCache` of `@edge/model` writes it. One of another `method`, or of another version of TensorRT, which that does not take, is `ENGINE_BUILD_FAILED`.
   */
  readonly cache?: Uint8Array
  /** Gets the result, to be kept. */
  readonly onCache?: (cache: Uint8Array) => void
  /** What names the batches, for the engine cache: engines of batches without a name are not kept. Change it when the batches change. */
  readonly id?: string
}

/** What the `tensorrt` backend can be told besides. Every option has a default. */
export interface TensorRtOptions {
  /** Which GPU, counted from 0. Default: 0. */
  readonly device?: number
  /**
   * Directory in which engines are kept, or whether they are. Engines are code: it must belong to this user, and nobody else may write
   * it. Default: true, which is `EDGE_ENGINE_CACHE`, else `edge-trt/engines` below `XDG_CACHE_HOME` or `~/.cache`.
   */
  readonly engineCache?: string | boolean
  /** Whether fp32 convolutions may multiply in 19 bits (TF32), on Ampere and newer. Default: true, as TensorRT's. */
  readonly tf32?: boolean
  /** Device memory that a layer may use while it runs. Default: all there is. */
  readonly workspaceBytes?: number
  /** 0 (quick to build) to 5 (tries most). Default: TensorRT's, 3. */
  readonly optimizationLevel?: number
  /**
   * Shapes of inputs whose dimensions the model leaves open, by their names; several sets are several profiles. Default: 1 for each open
   * dimension, which nothing can change then.
   */
  readonly profiles?: readonly Readonly<Record<string, ShapeRange>>[]
  /** Runs layers on a deep learning accelerator, where the board and the version of TensorRT have one. */
  readonly dla?: {
    /** Which one; of an engine that was built for one, too, which does not tell. Default: 0. */
    readonly core?: number
    /** Whether layers that it cannot run go to the GPU. Default: true. */
    readonly gpuFallback?: boolean
  }
  /** Builds an engine that newer versions of TensorRT of the same major can run, too. Default: false. */
  readonly versionCompatible?: boolean
  /** Builds an engine that other GPUs can run, too. Not for a Jetson, where NVIDIA does not support it. Default: `none`. */
  readonly hardwareCompatibility?: EngineBuildOptions['hardwareCompatibility']
  /**
   * Builds an engine whose weights `Session.refit` can replace, which may be larger and slower than one that cannot; of an engine that was
   * built so, opens it for that. The session then shares its weights with no other. Default: false.
   */
  readonly refittable?: boolean
  /**
   * Whether a version-compatible engine may run the code that it brings along: only for engines that you trust. Default: false for an engine
   * that is a file or bytes; true for one that is built here, or was and is in the cache.
   */
  readonly allowHostCode?: boolean
  /** int8 ranges from data. */
  readonly calibration?: CalibrationOptions
  /**
   * How tensors get to the GPU: `mapped` has it read the processor's memory in place, `copied` copies. Default: `automatic`, which maps on
   * a Jetson and copies on other GPUs. Which one is faster depends on the board and the model: measure both.
   */
  readonly transfer?: TensorRtSessionOptions['transfer']
  /** Whether inferences are launched as one CUDA graph where they can be. Default: true. */
  readonly graph?: boolean
  /** Measures each layer; without graphs, and slower. Default: false. */
  readonly profileLayers?: boolean
  /** Whether the thread that waits for the GPU sleeps: some 10 µs later, and a processor more for others. Default: false. */
  readonly waitAsleep?: boolean
  /**
   * Whether the GPU resamples and normalises the pictures of `classify`, `extract` and `preprocess`, by the same integer arithmetic as the
   * processor: what the model gets is the same to the bit. Decoding stays on the processor; so do inputs of one channel. It is meant for
   * large pictures, and processors that have other work. Unproved on a GPU. Default: false.
   *
   * A picture waits beside the tensor until the next run, which gets it whatever is written to the tensor in between. One that is refused
   * leaves it waiting; one that fails, or is dropped from the queue, does not. After the run the tensor's `data` is what the model saw.
   *
   * The driver compiles the kernels when the session is opened: one that is too old for them refuses with `DEVICE_FAILED`. Each request keeps,
   * page-locked and on the GPU, as much memory as the largest picture took that it got.
   */
  readonly preprocessOnGpu?: boolean
  /** Whether sessions of the same engine share its weights, which then nobody can replace. Default: true, unless `refittable`. */
  readonly shareWeights?: boolean
}

const OPTIONS: NamesOf<TensorRtOptions> = {
  device: true,
  engineCache: true,
  tf32: true,
  workspaceBytes: true,
  optimizationLevel: true,
  profiles: true,
  dla: true,
  versionCompatible: true,
  hardwareCompatibility: true,
  refittable: true,
  allowHostCode: true,
  calibration: true,
  transfer: true,
  graph: true,
  profileLayers: true,
  waitAsleep: true,
  preprocessOnGpu: true,
  shareWeights: true,
}

const CALIBRATION: NamesOf<CalibrationOptions> = {
  batches: true,
  method: true,
  cache: true,
  onCache: true,
  id: true,
}

const BOOLEANS = [
  'tf32',
  'versionCompatible',
  'refittable',
  'allowHostCode',
  'graph',
  'profileLayers',
  'waitAsleep',
  'preprocessOnGpu',
  'shareWeights',
] as const

/** @throws EdgeError `INVALID_ARGUMENT`, naming the option. */
export function checkTensorRtOptions(options: TensorRtOptions): void {
  checkOptionNames(options, OPTIONS, 'tensorrt')
  for (const name of BOOLEANS) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'boolean') throw outOfRange(name, 'true or false', value)
  }
  const { device, optimizationLevel, workspaceBytes, engineCache, dla, calibration, profiles } = options
  if (device !== undefined) checkFromZero('device', device, 1023)
  if (optimizationLevel !== undefined) checkFromZero('optimizationLevel', optimizationLevel, 5)
  if (workspaceBytes !== undefined) wholeNumberOption('tensorrt.workspaceBytes', workspaceBytes, 2 ** 48)
  if (engineCache !== undefined && typeof engineCache !== 'boolean') checkText('engineCache', engineCache)
  checkOneOf('hardwareCompatibility', options.hardwareCompatibility, [
    'none',
    'amperePlus',
    'sameComputeCapability',
  ])
  checkOneOf('transfer', options.transfer, ['automatic', 'mapped', 'copied'])
  if (options.refittable === true && options.shareWeights === true) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the options tensorrt.refittable and tensorrt.shareWeights exclude each other',
      expected: 'weights that can be replaced, or weights that sessions share',
      found: 'both',
      remedy:
        'Leave out shareWeights: what one session did to its weights would change what another computes.',
    })
  }
  if (dla !== undefined) checkDla(dla)
  if (calibration !== undefined) checkCalibration(calibration)
  if (profiles !== undefined) checkProfiles(profiles)
}

/** Whether a session runs the same engine as others do, with one copy of its weights. */
export function sharesWeights({ shareWeights, refittable = false }: TensorRtOptions): boolean {
  return shareWeights ?? !refittable
}

function checkDla(dla: NonNullable<TensorRtOptions['dla']>): void {
  checkOptionNames(dla, { core: true, gpuFallback: true }, 'tensorrt.dla')
  if (dla.core !== undefined) checkFromZero('dla.core', dla.core, 255)
  const fallback: unknown = dla.gpuFallback
  if (fallback !== undefined && typeof fallback !== 'boolean')
    throw outOfRange('dla.gpuFallback', 'true or false', fallback)
}

function checkCalibration(calibration: CalibrationOptions): void {
  checkOptionNames(calibration, CALIBRATION, 'tensorrt.calibration')
  const { batches, method, cache, onCache, id } = calibration
  checkOneOf('calibration.method', method, ['entropy', 'minMax'])
  if (cache !== undefined && !(cache instanceof Uint8Array))
    throw outOfRange('calibration.cache', 'a Uint8Array', cache)
  if (cache?.byteLength === 0) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option tensorrt.calibration.cache has no ranges',
      expected: 'the result of an earlier calibration',
      found: 'no bytes',
      remedy: 'Leave it out, and give batches; delete the file if it is from an empty one.',
    })
  }
  if (onCache !== undefined && typeof onCache !== 'function')
    throw outOfRange('calibration.onCache', 'a function', onCache)
  if (id !== undefined) checkText('calibration.id', id)
  if (batches === undefined && cache === undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option tensorrt.calibration has nothing to calibrate from',
      expected: 'batches, or the cache of an earlier calibration',
      found: 'neither',
    })
  }
  const isIterable =
    typeof batches === 'object' &&
    batches !== null &&
    (Symbol.asyncIterator in batches || Symbol.iterator in batches)
  if (batches !== undefined && !isIterable)
    throw outOfRange('calibration.batches', 'an iterable, or an async one', batches)
}

function checkProfiles(profiles: NonNullable<TensorRtOptions['profiles']>): void {
  if (!Array.isArray(profiles)) throw outOfRange('profiles', 'a list', profiles)
  for (const [index, profile] of profiles.entries()) {
    const place = `profiles[${index}]`
    if (typeof profile !== 'object' || profile === null)
      throw outOfRange(place, 'an object of shapes by input', profile)
    for (const [input, range] of Object.entries<unknown>(profile)) {
      if (typeof range !== 'object' || range === null)
        throw outOfRange(`${place}.${input}`, 'min, opt and max', range)
      for (const end of ['min', 'opt', 'max']) checkShape(`${place}.${input}.${end}`, Reflect.get(range, end))
    }
  }
}

function checkShape(name: string, shape: unknown): void {
  const fits =
    Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 31)
  if (!fits) throw outOfRange(name, 'a list of dimensions', shape)
}

function checkFromZero(name: string, value: unknown, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most)
    throw outOfRange(name, `a whole number from 0 to ${most}`, value)
}

function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    throw outOfRange(name, 'a text that is not empty', value)
}

function checkOneOf(name: string, value: unknown, words: readonly string[]): void {
  if (value !== undefined && !words.some((word) => word === value))
    throw outOfRange(name, words.map((word) => JSON.stringify(word)).join(', '), value)
}

function outOfRange(name: string, expected: string, found: unknown): EdgeError {
  return optionOutOfRange(`tensorrt.${name}`, expected, found)
}
