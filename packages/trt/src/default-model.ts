import { createRequire } from 'node:module'
import { EdgeError } from '@edge/errors'

const FILE = '@edge/model-efficientnet-lite0/efficientnet_lite0_int8.tflite'

/**
 * Path of the default model, which is installed with this package: EfficientNet-Lite0, int8, for the 1000 classes of ImageNet. Its
 * manifest and its labels lie beside it.
 *
 * @throws EdgeError `FILE_NOT_FOUND` where it is not installed.
 *
 * @example
 * ```ts
 * const classifier = await Classifier.load(defaultModelPath())
 * ```
 */
export function defaultModelPath(): string {
  try {
    return createRequire(import.meta.url).resolve(FILE)
  } catch (cause) {
    throw new EdgeError('FILE_NOT_FOUND', {
      summary: 'the default model is missing',
      expected: FILE,
      remedy:
        'Install @edge/trt again, or name a model of your own; in a checkout of the project, run its demo first.',
      cause,
    })
  }
}
