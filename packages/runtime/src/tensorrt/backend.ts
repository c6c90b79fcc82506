import { fromAddon, loadAddon, type NativeAddon } from '@edge/native'
import type { Backend, BackendDescription, BackendOpenOptions, BackendSession } from '../backend.js'
import { backendProblem } from '../backend-problem.js'
import type { ModelSource } from '../model-source.js'
import { tensorRtLibraries } from './libraries.js'

const NAME = 'tensorrt'
const FORMATS = ['engine', 'onnx'] as const

/**
 * TensorRT on an NVIDIA GPU. An .onnx model is built into an engine first, which takes seconds to minutes, and kept; an engine is opened
 * as it is.
 */
export const tensorRtBackend: Backend = {
  name: NAME,
  formats: FORMATS,
  options: ['precision', 'tensorrt'],
  // The bytes that TensorRT then gets.
  validates: true,
  isolates: false,

  describe(): BackendDescription {
    const base = { name: NAME, formats: FORMATS }
    try {
      const libraries = tensorRtLibraries(undefined)
      const addon = loadAddon()
      // A GPU first: TensorRT without one is of no use.
      addon.describeCuda(libraries.cuda)
      return { ...base, available: true, library: addon.describeTensorRt(libraries.tensorrt) }
    } catch (error) {
      const failure = fromAddon(error)
      return {
        ...base,
        available: false,
        problem: backendProblem(failure),
      }
    }
  },

  async open(model: ModelSource, options: BackendOpenOptions): Promise<BackendSession> {
    const addon = loadAddon()
    const tensorrt = options.tensorrt ?? {}
    const libraries = tensorRtLibraries(options.libraryPath)
    try {
      // Imported here: who runs no such model needs none of it.
      const { engineOf, findTarget, planKey } = await import('./engine-source.js')
      const target = findTarget(libraries, tensorrt.device ?? 0)
      const { plan, details } = await engineOf(model, target, options)
      const session = await addon.openTensorRtSession({
        libraries,
        device: target.gpu.ordinal,
        plan,
        ...(tensorrt.shareWeights !== false && { shareKey: planKey(plan) }),
        versionCompatible: tensorrt.allowHostCode ?? false,
        transfer: tensorrt.transfer ?? 'automatic',
        graph: tensorrt.graph ?? true,
        profileLayers: tensorrt.profileLayers ?? false,
        waitAsleep: tensorrt.waitAsleep ?? false,
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
        tellsDeviceTimes: true,
        preprocessesOnDevice: tensorrt.preprocessOnGpu === true && hasKernels(addon),
        createRequest: () => session.createRequest(),
        resize: (shapes) => session.resize(shapes),
        dispose: () => session.dispose(),
        details: {
          library: session.library.path,
          version: session.library.version,
          gpu: `${target.gpu.name}, compute capability ${target.gpu.computeCapability}`,
          ...details,
        },
      }
    } catch (error) {
      throw fromAddon(error)
    }
  },
}

let isWarned = false

/** Whether the addon can preprocess on a GPU. Where it cannot, the processor gives the same results, and a warning is enough. */
function hasKernels({ gpuPreprocessing }: NativeAddon): boolean {
  if (gpuPreprocessing || isWarned) return gpuPreprocessing
  isWarned = true
  process.emitWarning(
    'this build of the addon has no kernels for the GPU: the processor preprocesses pictures',
    {
      detail:
        'tensorrt.preprocessOnGpu has no effect. Prebuilt addons have the kernels; for one that is built, the step kernels of the set-up compiles them, on x64.',
    },
  )
  return false
}
