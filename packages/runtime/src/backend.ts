import { EdgeError } from '@edge/errors'
import type { ModelFormat } from '@edge/model'
import type {
  GpuInfo,
  InputShape,
  LibraryInfo,
  NativeDelegate,
  NativeRequest,
  NativeSession,
  Precision,
  SignatureInfo,
} from '@edge/native'
import type { ModelSource } from './model-source.js'
import type { XnnpackOptions } from './options.js'
import type { TensorRtOptions } from './tensorrt/options.js'
import type { BuildProgress } from './tensorrt/progress.js'

/**
 * What one run of one request needs from a backend.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export type BackendRequest = NativeRequest

/**
 * A model opened by a backend.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export interface BackendSession extends Pick<NativeSession, 'inputs' | 'outputs' | 'dispose'> {
  /** Named ways to call the model; none where the backend does not know them. */
  readonly signatures?: readonly SignatureInfo[]
  /** Makes buffers for the model, or for one of its signatures. */
  createRequest(signature?: number): BackendRequest
  /** Gives inputs new shapes, and replaces `inputs` and `outputs`. Absent where the backend cannot. */
  resize?(shapes: readonly InputShape[]): Promise<void>
  /** Replaces the weights by those of another model of the same network. Absent where the backend cannot. */
  refit?(model: ModelSource): Promise<void>
  /** Whether runs tell what their parts took on a device. Default: false. */
  readonly tellsDeviceTimes?: boolean
  /** Whether requests take pictures for inputs, by `writePicture`. Default: false. */
  readonly preprocessesOnDevice?: boolean
  /** Facts for people, such as the runtime library's version and the delegates applied. */
  readonly details: Readonly<Record<string, string>>
}

/**
 * What a backend is told when it opens a model.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export interface BackendOpenOptions {
  /** Threads of one inference, at least 1. */
  readonly threads: number
  /** Runs that may wait or work at one time, at least 1. */
  readonly queueCapacity: number
  /** Path of the vendor's library, in place of the one that would be searched for. */
  readonly libraryPath?: string
  /** Whether the model's structure is to be checked, by a backend that {@link Backend.validates}. */
  readonly validate: boolean
  /** TFLite: whether to apply the XNNPACK delegate, and how. */
  readonly xnnpack: boolean | XnnpackOptions
  /** TFLite: delegates of other vendors. */
  readonly delegates: readonly NativeDelegate[]
  /** TensorRT: number formats that an engine may use. */
  readonly precision?: Precision
  /** TensorRT: everything else. */
  readonly tensorrt?: TensorRtOptions
  /** TensorRT: is told how far the building of an engine has come. */
  readonly onProgress?: (progress: BuildProgress) => void
  /** Ends opening where that takes long. */
  readonly signal?: AbortSignal
}

/**
 * An option that not every backend has.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export type BackendOption = 'xnnpack' | 'delegates' | 'precision' | 'tensorrt'

/** Why a backend cannot work on this machine. */
export interface BackendProblem {
  /** An error's code, as `LIBRARY_NOT_FOUND`. */
  readonly code: string
  /** What was expected, what was found, and what to do. */
  readonly message: string
}

/** What `describeRuntimes()` tells of one backend. */
export interface BackendDescription {
  /** The backend's name, as the option `backend` takes it. */
  readonly name: string
  /** Whether it can work on this machine. */
  readonly available: boolean
  /** The formats it runs here: without its ONNX parser, `tensorrt` runs engines alone. */
  readonly formats: readonly ModelFormat[]
  /** Where the vendor's library was found, and which version it is. */
  readonly library?: LibraryInfo
  /** Of `tensorrt`, where the driver is there: the GPUs, with their compute capability and memory. */
  readonly devices?: readonly GpuInfo[]
  /** Of `tensorrt`: the GPUs' driver, whose version is the newest CUDA that it supports. */
  readonly driver?: LibraryInfo
  /** Of `tensorrt`: where its ONNX parser was found; or where it was looked for, and why it does not load. */
  readonly parser?:
    | {
        /** Its file. */
        readonly path: string
      }
    | {
        /** Places and reasons. */
        readonly missing: string
      }
  /** Why it is not available, and what to do. */
  readonly problem?: BackendProblem
}

/**
 * A way to run models.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export interface Backend {
  /** What the option `backend` calls it. */
  readonly name: string
  /** Formats it runs, as `identifyModel` names them. */
  readonly formats: readonly ModelFormat[]
  /** Whether `open` checks the structure of models by itself, away from the event loop. Default: it is done before. */
  readonly validates?: boolean
  /** Whether a model can be tried in a child process first. Default: true. */
  readonly isolates?: boolean
  /** Which of the options it takes that not every backend has; none by default. */
  readonly options?: readonly BackendOption[]
  /** Says what was found on this machine. Never throws. */
  describe(): BackendDescription
  /** Opens a model away from the event loop.
   *
   * @throws EdgeError `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`, `OUT_OF_MEMORY`. */
  open(model: ModelSource, options: BackendOpenOptions): Promise<BackendSession>
}

// One registry per process even if two copies of this package are loaded.
const REGISTRY = Symbol.for('@edge/runtime/backends')

function registry(): Map<string, Backend> {
  const known: unknown = Reflect.get(globalThis, REGISTRY)
  if (known instanceof Map) return known
  const fresh = new Map<string, Backend>()
  Reflect.set(globalThis, REGISTRY, fresh)
  return fresh
}

/**
 * Makes a backend known under its name, in place of an earlier one of that name.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export function registerBackend(backend: Backend): void {
  registry().set(backend.name, backend)
}

/**
 * All backends, in the order of their registration: `auto` takes the first that fits.
 *
 * @experimental part of what backends are written against, which changes between versions.
 */
export function backends(): readonly Backend[] {
  return [...registry().values()]
}

/**
 * Says of each backend whether it can work on this machine, what was found and what is missing. It opens the vendors' libraries, and never
 * throws.
 *
 * @example
 * ```ts
 * for (const { name, available, problem } of describeRuntimes()) console.log(name, available ? 'is there' : problem?.message)
 * ```
 */
export function describeRuntimes(): readonly BackendDescription[] {
  return backends().map((backend) => backend.describe())
}

/**
 * The backend for a model.
 *
 * @param name - a backend's name, or `auto` for the first that runs the format and can work on this machine.
 * @param libraryPath - the library that was asked for: what is found without it says nothing then of the last backend.
 * @throws EdgeError `BACKEND_UNKNOWN` for a name that no backend has; `MODEL_UNSUPPORTED` where the backend does not run the format.
 */
export function chooseBackend(name: string, format: ModelFormat, libraryPath?: string): Backend {
  const all = backends()
  if (name === 'auto') {
    const fitting = all.filter((backend) => backend.formats.includes(format))
    // Of several, one that works here; where none does, the last says what is missing: the one that needs no special hardware.
    const runs = (one: Backend): boolean => {
      const { available, formats } = one.describe()
      return available && formats.includes(format)
    }
    const chosen = fitting.length < 2 ? fitting[0] : fitting.find(runs)
    if (chosen === undefined && libraryPath === undefined) checkMendable(fitting, format)
    const taken = chosen ?? fitting.at(-1)
    if (taken !== undefined) return taken
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `no backend runs ${format} models`,
      expected: `a ${formatsOf(all)} model`,
      found: format,
      remedy: 'Convert the model to .tflite.',
    })
  }
  const named = all.find((backend) => backend.name === name)
  if (named === undefined) {
    throw new EdgeError('BACKEND_UNKNOWN', {
      summary: `there is no backend "${name}" here`,
      expected: names(all),
      found: name,
      remedy: 'See what this machine has: edge-trt doctor.',
    })
  }
  if (!named.formats.includes(format)) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `the ${name} backend does not run ${format} models`,
      expected: `a ${named.formats.map((known) => `.${known}`).join(' or ')} model`,
      found: format,
      remedy: 'Leave the choice to backend "auto", or convert the model.',
    })
  }
  return named
}

/**
 * Where a device is there whose backend does not work, says so beside what the last one lacks. Without a device, whoever opens the model with
 * the last one says what that lacks.
 *
 * @throws EdgeError `BACKEND_UNAVAILABLE`.
 */
function checkMendable(fitting: readonly Backend[], format: ModelFormat): void {
  const problems = fitting.flatMap((backend) => {
    const problem = problemWith(backend, format)
    const mendable = backend === fitting.at(-1) || backend.describe().devices !== undefined
    return problem !== undefined && mendable ? [`${backend.name}: ${problem.message}`] : []
  })
  if (problems.length < 2) return
  throw new EdgeError('BACKEND_UNAVAILABLE', {
    summary: `no backend for .${format} models works here`,
    expected: fitting.map(({ name }) => name).join(' or '),
    found: problems.join('; '),
    remedy: 'Mend one of them; edge-trt doctor says what this machine has.',
  })
}

/** Why a backend that runs a format does not run it here. */
function problemWith(backend: Backend, format: ModelFormat): BackendProblem | undefined {
  const { problem, formats, parser } = backend.describe()
  if (problem !== undefined || formats.includes(format)) return problem
  const found = parser !== undefined && 'missing' in parser ? parser.missing : 'nothing that reads them'
  return { code: 'LIBRARY_NOT_FOUND', message: `what reads .${format} models is missing, found ${found}.` }
}

/**
 * Checks that a backend takes the options that were given: one that it has no use for would be silently ignored.
 *
 * @param format - the model's: of a backend that runs it and has the option, the error says why it was not taken.
 * @throws EdgeError `INVALID_ARGUMENT`, naming the backends that have the option.
 */
export function checkBackendOptions(
  { name, options: taken = [] }: Backend,
  { xnnpack, delegates, precision, tensorrt }: Pick<BackendOpenOptions, BackendOption>,
  format?: ModelFormat,
): void {
  const given: readonly BackendOption[] = [
    ...(xnnpack === true ? [] : ['xnnpack' as const]),
    ...(delegates.length === 0 ? [] : ['delegates' as const]),
    ...(precision === undefined ? [] : ['precision' as const]),
    ...(tensorrt === undefined ? [] : ['tensorrt' as const]),
  ]
  const refused = given.find((option) => !taken.includes(option))
  if (refused === undefined) return
  const having = backends().filter(({ options }) => options?.includes(refused))
  const missing = having.flatMap((one) => {
    const problem =
      format !== undefined && one.formats.includes(format) ? problemWith(one, format) : undefined
    return problem === undefined ? [] : [` Or mend ${one.name}: ${problem.message}`]
  })
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `the ${name} backend has no option ${refused}`,
    expected: `${refused} for the ${having.map((backend) => backend.name).join(' or ')} backend alone`,
    found: `${refused} for the ${name} backend`,
    remedy: `Leave out the option ${refused}.${missing.join('')}`,
  })
}

function names(all: readonly Backend[]): string {
  return oneOf(['auto', ...all.map(({ name }) => name)].map((name) => JSON.stringify(name)))
}

function formatsOf(all: readonly Backend[]): string {
  return oneOf([...new Set(all.flatMap(({ formats }) => formats))].map((format) => `.${format}`))
}

/** As people write it: "a, b or c". */
function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? 'none'
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
