import { availableParallelism } from 'node:os'
import {
  checkOptionNames,
  checkSignal,
  type NamesOf,
  optionOutOfRange,
  wholeNumberOption,
} from '@edge/errors'
import type { NativeDelegate, Precision } from '@edge/native'
import type { BackendOpenOptions } from './backend.js'
import { checkTensorRtOptions, type TensorRtOptions } from './tensorrt/options.js'
import type { BuildProgress } from './tensorrt/progress.js'

/** How to open a session. Every option has a default. */
export interface SessionOptions {
  /**
   * A backend's name, or `auto` (the default): `tflite` for .tflite, `tensorrt` for engines and, where there is a GPU with TensorRT, for
   * .onnx, else `onnxruntime`.
   */
  readonly backend?: string
  /** Threads of one inference, 1 to 256. Default: the number of processors, at most 4. */
  readonly threads?: number
  /** Runs that may wait or work at one time, 1 to 65536; one more is refused with `QUEUE_FULL`. Default: 64. */
  readonly queueCapacity?: number
  /**
   * Path of the vendor's library: `libtensorflowlite_c.so`, `libnvinfer.so.10`, or the directory of the package `onnxruntime-node`. It is code that will
   * run in this process: never take it from input that is not trusted. Default: the environment variable `EDGE_TFLITE_LIBRARY`,
   * `EDGE_TENSORRT_LIBRARY` or `EDGE_ONNXRUNTIME`, else the installed package, else, for TFLite, the system's library.
   */
  readonly libraryPath?: string
  /**
   * TFLite, and refused with other backends: whether the XNNPACK delegate is applied, and how. Default: true; without it inference takes many times as long. An
   * object applies it with other settings, which only library versions that are known take (2.20.0): others are refused with
   * `LIBRARY_INCOMPATIBLE`.
   */
  readonly xnnpack?: boolean | XnnpackOptions
  /**
   * TFLite, and refused with other backends: delegates in libraries of their own (Coral, a vendor's), applied in this order before
   * XNNPACK. They are code that will run in this process: never take paths from input that is not trusted. Default: none.
   */
  readonly delegates?: readonly ExternalDelegate[]
  /**
   * TensorRT, and refused with other backends: which number formats an engine may use. Default: `fp32`. TensorRT 11 computes in
   * the types that the model has: for `fp16` and `bf16` a float32 model is cast before it is built, `int8` needs one with
   * QuantizeLinear and DequantizeLinear, and `best` is the model as it is. On TensorRT 10 each permits fp32 besides, `int8` fp16 too, and
   * `best` fp16 and, where there are ranges, int8: not bf16.
   */
  readonly precision?: Precision
  /** TensorRT, and refused with other backends: how engines are built and run. */
  readonly tensorrt?: TensorRtOptions
  /**
   * Is told, ten times a second, how far the building of an engine has come, which takes minutes. Not called where nothing is built.
   * What it throws ends the building, and is what opening rejects with.
   */
  readonly onProgress?: (progress: BuildProgress) => void
  /**
   * Ends the building of an engine at its next step, or waiting for another process that builds it, with `ABORTED`. Reading the model, and
   * compiling a part for a DLA, have no steps, and go on to their end: so long, opening waits, and so does a process that exits.
   */
  readonly signal?: AbortSignal
  /**
   * Whether the model's structure is checked before the runtime's library sees it. Default: true. Without it a file that was tampered
   * with can end the process; it saves reading the file once: 7 ms of 10 at
   * opening EfficientNet-Lite0 in int8, 20 more at the first opening of a process.
   */
  readonly validate?: boolean
  /**
   * Opens the model, and runs it once on zeros, in a child process first: for models that are not trusted. It costs the start of a
   * process, about 0.1 s. A trial that does not end within `timeoutMs` (1 to 2,147,483,647; default: 60,000) is ended. What was
   * tried is what is opened: bytes are copied first, and a file that changes in the meantime is refused. Default: false.
   */
  readonly isolate?: boolean | IsolationOptions
}

/** How a model is tried in a child process. */
export interface IsolationOptions {
  /** How long the trial may take, in milliseconds: 1 to 2,147,483,647. Default: 60,000. */
  readonly timeoutMs?: number
}

/** Settings of the XNNPACK delegate. */
export interface XnnpackOptions {
  /** The delegate's flag bits, as `xnnpack_delegate.h` names them (`TFLITE_XNNPACK_DELEGATE_FLAG_…`), in place of its defaults. */
  readonly flags?: number
  /**
   * Path of a file that keeps packed weights from one process to the next; it is made if it is not there. A hash of the model, the
   * library's version and the flags is added to its name, so that one path serves many models; delete old files yourself.
   * `FILE_UNWRITABLE` where it cannot be made.
   */
  readonly weightCache?: string
}

/** A delegate in a library of its own. */
export interface ExternalDelegate {
  /** Path of the library, which exports `tflite_plugin_create_delegate`. */
  readonly path: string
  /** The delegate's own options, at most 256. */
  readonly options?: Readonly<Record<string, string>>
}

/**
 * The options that there are, for packages that take them among their own.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export const SESSION_OPTIONS: NamesOf<SessionOptions> = {
  backend: true,
  threads: true,
  queueCapacity: true,
  libraryPath: true,
  xnnpack: true,
  delegates: true,
  precision: true,
  tensorrt: true,
  onProgress: true,
  signal: true,
  validate: true,
  isolate: true,
}

const PRECISIONS: readonly Precision[] = ['fp32', 'fp16', 'bf16', 'int8', 'best']

/** What timers of Node.js take. */
const MOST_TIMEOUT_MS = 2 ** 31 - 1

const XNNPACK_OPTIONS: NamesOf<XnnpackOptions> = { flags: true, weightCache: true }
const DELEGATE_OPTIONS: NamesOf<ExternalDelegate> = { path: true, options: true }

/** @internal */
export function resolveSessionOptions(
  options: SessionOptions,
): BackendOpenOptions & { readonly backend: string } {
  checkOptionNames(options, SESSION_OPTIONS, 'Session.open')
  const { backend = 'auto', xnnpack = true, libraryPath, delegates = [], validate, isolate } = options
  const { precision, tensorrt, onProgress, signal } = options
  if (typeof backend !== 'string') throw optionOutOfRange('backend', 'a string', backend)
  if (libraryPath !== undefined) checkPath('libraryPath', libraryPath)
  checkXnnpack(xnnpack)
  if (!Array.isArray(delegates)) throw optionOutOfRange('delegates', 'a list', delegates)
  if (validate !== undefined && typeof validate !== 'boolean')
    throw optionOutOfRange('validate', 'true or false', validate)
  checkIsolate(isolate)
  if (precision !== undefined && !PRECISIONS.includes(precision))
    throw optionOutOfRange('precision', PRECISIONS.map((one) => JSON.stringify(one)).join(', '), precision)
  if (tensorrt !== undefined) checkTensorRtOptions(tensorrt)
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw optionOutOfRange('onProgress', 'a function', onProgress)
  checkSignal(signal)
  return {
    backend,
    xnnpack,
    delegates: delegates.map(checkDelegate),
    validate: options.validate !== false,
    threads: wholeNumberOption('threads', options.threads ?? Math.min(4, availableParallelism()), 256),
    queueCapacity: wholeNumberOption('queueCapacity', options.queueCapacity ?? 64, 65536),
    ...(libraryPath !== undefined && { libraryPath }),
    ...(precision !== undefined && { precision }),
    ...(tensorrt !== undefined && { tensorrt }),
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
  }
}

function checkPath(name: string, path: unknown): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw optionOutOfRange(name, 'a path', path)
}

function checkXnnpack(xnnpack: unknown): void {
  if (typeof xnnpack === 'boolean') return
  if (typeof xnnpack !== 'object' || xnnpack === null)
    throw optionOutOfRange('xnnpack', 'true, false or an object', xnnpack)
  checkOptionNames(xnnpack, XNNPACK_OPTIONS, 'xnnpack')
  const flags: unknown = Reflect.get(xnnpack, 'flags')
  if (
    flags !== undefined &&
    !(typeof flags === 'number' && Number.isInteger(flags) && flags >= 0 && flags < 2 ** 32)
  ) {
    throw optionOutOfRange('xnnpack.flags', 'a whole number of 32 bits', flags)
  }
  const weightCache: unknown = Reflect.get(xnnpack, 'weightCache')
  if (weightCache !== undefined) checkPath('xnnpack.weightCache', weightCache)
}

function checkIsolate(isolate: unknown): void {
  if (isolate === undefined || typeof isolate === 'boolean') return
  checkOptionNames(isolate, { timeoutMs: true }, 'isolate')
  const timeoutMs: unknown = Reflect.get(isolate, 'timeoutMs')
  if (timeoutMs !== undefined) wholeNumberOption('isolate.timeoutMs', timeoutMs, MOST_TIMEOUT_MS)
}

function checkDelegate(delegate: ExternalDelegate): NativeDelegate {
  checkOptionNames(delegate, DELEGATE_OPTIONS, 'delegates')
  const { path, options = {} } = delegate
  checkPath('delegates.path', path)
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionOutOfRange('delegates.options', 'an object of texts', options)
  }
  return {
    path,
    options: Object.entries(options).map(([key, value]) => {
      if (typeof value !== 'string') throw optionOutOfRange(`delegates.options.${key}`, 'a string', value)
      return { key, value }
    }),
  }
}
