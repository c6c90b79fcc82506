import { availableParallelism } from 'node:os'
import { EdgeError } from '@edge/errors'
import type { BackendOpenOptions } from './backend.js'

/** How to open a session. Every option has a default. */
export interface SessionOptions {
  /** A backend's name, or `auto` (the default): the first registered backend that runs the model's format. */
  readonly backend?: string
  /** Threads of one inference, 1 to 256. Default: the number of processors, at most 4. */
  readonly threads?: number
  /** Runs that may wait or work at one time, 1 to 65536; one more is refused with `QUEUE_FULL`. Default: 64. */
  readonly queueCapacity?: number
  /**
   * Path of the vendor's library: `libtensorflowlite_c.so`, or the directory of the package `onnxruntime-node`. It is code that will
   * run in this process: never take it from input that is not trusted. Default: the environment variable `EDGE_TFLITE_LIBRARY` or
   * `EDGE_ONNXRUNTIME`, else the installed package, else, for TFLite, the system's library.
   */
  readonly libraryPath?: string
  /** TFLite: whether the XNNPACK delegate is applied. Default: true; without it inference takes many times as long. */
  readonly xnnpack?: boolean
}

/** @internal */
export function resolveSessionOptions(
  options: SessionOptions,
): BackendOpenOptions & { readonly backend: string } {
  const { backend = 'auto', xnnpack = true, libraryPath } = options
  if (typeof backend !== 'string') throw wrongType('backend', 'a string', backend)
  if (typeof xnnpack !== 'boolean') throw wrongType('xnnpack', 'true or false', xnnpack)
  if (libraryPath !== undefined && (typeof libraryPath !== 'string' || libraryPath === '')) {
    throw wrongType('libraryPath', 'a path', libraryPath)
  }
  return {
    backend,
    xnnpack,
    threads: integer('threads', options.threads ?? Math.min(4, availableParallelism()), 256),
    queueCapacity: integer('queueCapacity', options.queueCapacity ?? 64, 65536),
    ...(libraryPath !== undefined && { libraryPath }),
  }
}

function integer(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw wrongType(name, `a whole number from 1 to ${most}`, value)
}

function wrongType(name: string, expected: string, found: unknown): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the option ${name} is out of range`,
    expected,
    found: typeof found === 'string' ? JSON.stringify(found) : String(found),
  })
}
