import { EdgeError } from '@edge/errors'
import type { NativeSession } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import { checkedOnnx } from '../checked-onnx.js'
import type { ModelSource } from '../model-source.js'
import { typedModel } from './typed-model.js'

/**
 * Replaces the weights of an engine by those of an .onnx model, as building would have read it: checked, and of the types that it is
 * computed in.
 *
 * @param tensorrt - its full version.
 * @throws EdgeError `MODEL_UNSUPPORTED` of what is no .onnx model; what reading, checking and casting the model throws; what the addon's
 *   `refit` throws.
 */
export async function refitEngine(
  session: NativeSession,
  { content, name, format }: ModelSource,
  tensorrt: string,
  { precision = 'fp32', validate }: Pick<BackendOpenOptions, 'precision' | 'validate'>,
): Promise<void> {
  if (format !== 'onnx') {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `an engine takes no weights from ${name}`,
      expected: 'an .onnx model of the same network',
      found: format === 'engine' ? 'an engine' : `.${format}`,
      remedy:
        format === 'engine'
          ? 'Open it in a session of its own, or give the .onnx model that it was built from.'
          : 'Export the model as .onnx from where it was trained.',
    })
  }
  const onnx = await checkedOnnx(content, name, validate)
  const { bytes, path } = await typedModel(onnx, content, precision, tensorrt)
  await session.refit({ model: bytes, ...(path !== undefined && { modelPath: path }) })
}
