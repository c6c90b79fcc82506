import type { Backend, BackendDescription, BackendOpenOptions, BackendSession } from '../backend.js'
import { backendProblem } from '../backend-problem.js'
import type { ModelSource } from '../model-source.js'
import { loadOnnxruntime } from './library.js'
import { findOnnxruntime } from './package.js'

const NAME = 'onnxruntime'
const FORMATS = ['onnx'] as const

/**
 * ONNX models on any CPU, by the package onnxruntime-node that the application installs.
 *
 * Its runs block the thread that calls them; each session has a worker thread for it. Dimensions that a model leaves open are 1 until
 * `resize` says otherwise.
 *
 * Limit: onnxruntime-node aborts the process when a worker thread of the application is terminated (`worker.terminate()`) while a
 * session that was opened in it runs. Dispose its sessions first; a process that exits waits for them by itself.
 */
export const onnxruntimeBackend: Backend = {
  name: NAME,
  formats: FORMATS,
  // On the worker thread, the bytes that onnxruntime then gets.
  validates: true,

  describe(): BackendDescription {
    const base = { name: NAME, formats: FORMATS }
    try {
      const library = findOnnxruntime(undefined)
      loadOnnxruntime(library)
      const { directory: path, origin, version } = library
      return { ...base, available: true, library: { path, origin, version } }
    } catch (error) {
      return {
        ...base,
        available: false,
        problem: backendProblem(error),
      }
    }
  },

  async open(model: ModelSource, options: BackendOpenOptions): Promise<BackendSession> {
    const library = findOnnxruntime(options.libraryPath)
    // Imported here: who runs no .onnx model needs no worker threads.
    const { OnnxruntimeSession } = await import('./session.js')
    return await OnnxruntimeSession.open(
      library,
      {
        // A part of a larger buffer would travel with all of it; and the caller may go on using it.
        model: typeof model.content === 'string' ? model.content : new Uint8Array(model.content),
        name: model.name,
        threads: options.threads,
        validate: options.validate,
      },
      options.queueCapacity,
    )
  },
}
