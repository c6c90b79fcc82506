import { existsSync } from 'node:fs'
import { EdgeError } from '@edge/errors'
import { modelPath } from '@edge/model-efficientnet-lite0'

/** Path of the model that is used where none is named: EfficientNet-Lite0 for the classes of ImageNet. */
export const defaultModelPath: () => string = modelPath

/**
 * Says what to do where the default model is not there.
 *
 * @throws EdgeError `FILE_NOT_FOUND` in a checkout whose set-up has not run.
 */
export function requireDefaultModel(): void {
  const path = defaultModelPath()
  if (existsSync(path)) return
  throw new EdgeError('FILE_NOT_FOUND', {
    summary: `the default model is missing: ${path}`,
    remedy:
      'In a checkout run pnpm run setup; otherwise install @edge/trt again, or name a model with --model.',
  })
}
