import { fromAddon, loadAddon, type NativeAddon } from '@edge/native'
import type { Backend, BackendDescription, BackendOpenOptions, BackendSession } from '../backend.js'
import { backendProblem } from '../backend-problem.js'
import type { ModelSource } from '../model-source.js'
import { checkOptionsOfEngine } from './engine-options.js'
import { tensorRtLibraries } from './libraries.js'
import { sharesWeights } from './options.js'

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
    let gpus: Pick<BackendDescription, 'driver' | 'devices'> = {}
    try {
      const libraries = tensorRtLibraries(undefined)
      const addon = loadAddon()
      // A GPU first: TensorRT without one is of no use.
      const { library: driver, devices } = addon.describeCuda(libraries.cuda)
      gpus = { driver, devices }
      const { path, origin, version, parser } = addon.describeTensorRt(libraries.tensorrt)
      // Engines run without the parser.
      const formats = 'path' in parser ? FORMATS : FORMATS.filter((format) => format !== 'onnx')
      return { ...base, ...gpus, formats, available: true, library: { path, origin, version }, parser }
    } catch (error) {
      return { ...base, ...gpus, available: false, problem: backendProblem(fromAddon(error)) }
    }
  },

  async open(model: ModelSource, options: BackendOpenOptions): Promise<BackendSession> {
    const addon = loadAddon()
    const tensorrt = options.tensorrt ?? {}
    if (model.format === 'engine') checkOptionsOfEngine(options)
    const libraries = tensorRtLibraries(options.libraryPath)
    try {
      // Imported here: who runs no such model needs none of it.
      const { findTarget, planKey } = await import('./engine-source.js')
      const { openEngine } = await import('./open-engine.js')
      const { shapesOfOnes } = await import('./open-dimensions.js')
      const target = findTarget(libraries, tensorrt.device ?? 0)
      const preprocessesOnDevice = tensorrt.preprocessOnGpu === true && hasKernels(addon)
      const dlaCore = tensorrt.dla?.core
      const { engine, session } = await openEngine(model, target, options, (opening) =>
        addon.openTensorRtSession({
          libraries,
          device: target.gpu.ordinal,
          plan: opening.plan,
          // An engine that is on one DLA is on no other.
          ...(sharesWeights(tensorrt) && { shareKey: [planKey(opening), dlaCore].join(' ') }),
          ...(dlaCore !== undefined && { dlaCore }),
          // One that was built here is no more to be distrusted than the model: so is what the cache has, which this user alone writes.
          versionCompatible:
            tensorrt.allowHostCode ?? (tensorrt.versionCompatible === true && model.format === 'onnx'),
          transfer: tensorrt.transfer ?? 'automatic',
          graph: tensorrt.graph ?? true,
          profileLayers: tensorrt.profileLayers ?? false,
          waitAsleep: tensorrt.waitAsleep ?? false,
          pictures: preprocessesOnDevice,
          queueCapacity: options.queueCapacity,
          copyBuffers: false,
        }),
      )
      const ones = model.format === 'onnx' ? shapesOfOnes(session.inputs, tensorrt) : undefined
      return {
        // Read at each call: resizing replaces them.
        get inputs() {
          return session.inputs
        },
        get outputs() {
          return session.outputs
        },
        tellsDeviceTimes: true,
        preprocessesOnDevice,
        createRequest: () => session.createRequest(),
        resize: (shapes) => session.resize(shapes),
        refit: async (source) => {
          const { refitEngine } = await import('./refit-engine.js')
          await refitEngine(session, source, target.tensorrt, options)
        },
        dispose: () => session.dispose(),
        details: {
          library: session.library.path,
          version: session.library.version,
          gpu: `${target.gpu.name}, compute capability ${target.gpu.computeCapability}`,
          ...(ones !== undefined && { shapes: ones }),
          ...engine.details,
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
