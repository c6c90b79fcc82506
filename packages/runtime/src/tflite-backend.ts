import { fromAddon, loadAddon, type TfliteSessionOptions } from '@edge/native'
import type { Backend, BackendDescription, BackendOpenOptions, BackendSession } from './backend.js'
import { backendProblem } from './backend-problem.js'
import { withLoaderAdvice } from './loader-advice.js'
import type { ModelSource } from './model-source.js'
import { tfliteCandidates } from './tflite-library.js'

const NAME = 'tflite'
const FORMATS = ['tflite'] as const

/** TensorFlow Lite's interpreter with the XNNPACK delegate: any CPU. */
export const tfliteBackend: Backend = {
  name: NAME,
  formats: FORMATS,
  options: ['xnnpack', 'delegates'],

  describe(): BackendDescription {
    const base = { name: NAME, formats: FORMATS }
    try {
      return { ...base, available: true, library: loadAddon().describeTflite(tfliteCandidates(undefined)) }
    } catch (error) {
      const failure = withLoaderAdvice(fromAddon(error))
      return {
        ...base,
        available: false,
        problem: backendProblem(failure),
      }
    }
  },

  async open(model: ModelSource, options: BackendOpenOptions): Promise<BackendSession> {
    const addon = loadAddon()
    try {
      const session = await addon.openTfliteSession({
        model: model.content,
        libraries: tfliteCandidates(options.libraryPath),
        threads: options.threads,
        ...(await xnnpackOptions(model, options)),
        externalDelegates: options.delegates,
        queueCapacity: options.queueCapacity,
        copyBuffers: false,
      })
      return {
        // Read at each call: resizing replaces them.
        get inputs() {
          return session.inputs
        },
        get outputs() {
          return session.outputs
        },
        get signatures() {
          return session.signatures
        },
        createRequest: (signature) => session.createRequest(signature),
        resize: (shapes) => session.resize(shapes),
        dispose: () => session.dispose(),
        details: {
          library: session.library.path,
          version: session.library.version,
          delegates: session.delegates.join(', ') || 'none',
        },
      }
    } catch (error) {
      throw withLoaderAdvice(fromAddon(error))
    }
  },
}

async function xnnpackOptions(
  model: ModelSource,
  { xnnpack, libraryPath }: BackendOpenOptions,
): Promise<Pick<TfliteSessionOptions, 'xnnpack' | 'xnnpackFlags' | 'xnnpackWeightCache'>> {
  if (typeof xnnpack === 'boolean') return { xnnpack }
  const { flags, weightCache } = xnnpack
  const options = { xnnpack: true, ...(flags !== undefined && { xnnpackFlags: flags }) }
  if (weightCache === undefined) return options
  // Imported here: hashing takes a good part of this package's import.
  const { weightCacheFile } = await import('./weight-cache.js')
  const xnnpackWeightCache = await weightCacheFile(weightCache, {
    model,
    version: loadAddon().describeTflite(tfliteCandidates(libraryPath)).version,
    ...(flags !== undefined && { flags }),
  })
  return { ...options, xnnpackWeightCache }
}
