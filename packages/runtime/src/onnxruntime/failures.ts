import { EdgeError } from '@edge/errors'
import type { WorkerFailure } from './protocol.js'

const UNSUPPORTED =
  /not implemented|not a registered|no op(schema)? registered|could not find an implementation|unsupported|not supported|under development|only \*guarantees\*/i
const MEMORY = /bad_alloc|failed to allocate|out of memory/i

/** The error for a model that onnxruntime refused to open. */
export function modelRefused(cause: unknown, name: string): EdgeError {
  if (cause instanceof EdgeError) return cause
  const found = messageOf(cause)
  if (MEMORY.test(found)) return outOfMemory(found)
  const isUnsupported = UNSUPPORTED.test(found)
  return new EdgeError(isUnsupported ? 'MODEL_UNSUPPORTED' : 'MODEL_INVALID', {
    summary: `onnxruntime does not take the model ${name}`,
    expected: isUnsupported
      ? 'operators, types and versions that this onnxruntime has'
      : 'a model that onnxruntime accepts',
    found,
    remedy: isUnsupported
      ? 'Export the model with another opset, or install a newer onnxruntime-node.'
      : 'Check the model with onnx.checker, and export it again.',
  })
}

/** The error for a run that onnxruntime gave up. */
export function runFailed(cause: unknown): EdgeError {
  if (cause instanceof EdgeError) return cause
  const found = messageOf(cause)
  if (MEMORY.test(found)) return outOfMemory(found)
  return new EdgeError('INFERENCE_FAILED', {
    summary: 'onnxruntime could not run the model',
    found,
    remedy: 'Check the values of the inputs, such as indices.',
  })
}

function outOfMemory(found: string): EdgeError {
  return new EdgeError('OUT_OF_MEMORY', {
    summary: 'onnxruntime could not get memory',
    found,
    remedy: 'Use a smaller model or a smaller batch.',
  })
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** What to say where a session's thread ended before its work was done. */
export function threadEnded(error: Error): WorkerFailure {
  const ranOut = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const found = messageOf(error)
  if (ranOut) {
    return {
      code: 'OUT_OF_MEMORY',
      summary: "the session's thread ran out of memory",
      expected: 'a model whose structure fits into the memory that Node.js gives a thread',
      found,
      remedy: 'Use a smaller model, or start node with a larger --max-old-space-size.',
    }
  }
  return {
    code: 'INFERENCE_FAILED',
    summary: "the session's thread ended before its work was done",
    found,
    remedy: 'Open the model again.',
  }
}

/** What to tell another thread of an error. */
export function toFailure(error: unknown): WorkerFailure {
  if (!(error instanceof EdgeError)) {
    return { code: 'INTERNAL', summary: "a session's thread failed", found: messageOf(error) }
  }
  const { code, summary, expected, found, remedy } = error
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
