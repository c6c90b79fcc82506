import { EdgeError } from '@edge/errors'
import type { WorkerFailure } from './protocol.js'

const UNSUPPORTED =
  /not implemented|not a registered|no op(schema)? registered|could not find an implementation|unsupported|not supported|under development|only \*guarantees\*/i
const MEMORY = /bad_alloc|failed to allocate|out of memory/i

/** What went wrong while a model was opened, as onnxruntime or our own reader says it. */
export function openFailure(error: unknown, name: string): WorkerFailure {
  if (error instanceof EdgeError) return fromEdgeError(error)
  const found = messageOf(error)
  if (MEMORY.test(found)) return memoryFailure(found)
  const isUnsupported = UNSUPPORTED.test(found)
  return {
    code: isUnsupported ? 'MODEL_UNSUPPORTED' : 'MODEL_INVALID',
    summary: `onnxruntime does not take the model ${name}`,
    expected: isUnsupported
      ? 'operators, types and versions that this onnxruntime has'
      : 'a model that onnxruntime accepts',
    found,
    remedy: isUnsupported
      ? 'Export the model with another opset, or install a newer onnxruntime-node.'
      : 'Check the model with onnx.checker, and export it again.',
  }
}

/** What went wrong in a run. */
export function runFailure(error: unknown): WorkerFailure {
  if (error instanceof EdgeError) return fromEdgeError(error)
  const found = messageOf(error)
  if (MEMORY.test(found)) return memoryFailure(found)
  return {
    code: 'INFERENCE_FAILED',
    summary: 'onnxruntime could not run the model',
    found,
    remedy: 'Check the values of the inputs, such as indices.',
  }
}

function memoryFailure(found: string): WorkerFailure {
  return {
    code: 'OUT_OF_MEMORY',
    summary: 'onnxruntime could not get memory',
    found,
    remedy: 'Use a smaller model or a smaller batch.',
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s+/g, ' ').trim()
}

function fromEdgeError({ code, summary, expected, found, remedy }: EdgeError): WorkerFailure {
  return {
    code,
    summary,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(remedy !== undefined && { remedy }),
  }
}

/** The error for a failure; made where somebody awaits, whose stack it then has. */
export function toEdgeError({ code, ...options }: WorkerFailure): EdgeError {
  return new EdgeError(code, options)
}
