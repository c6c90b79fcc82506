import { onnxDataTypeId, onnxMessage, onnxTensor, writeOnnx } from '@edge/model/onnx'

/** One pixel in, and each of its colours for the score of a class. */
export function colours(batch: number | string = 1): Uint8Array {
  const value = (name: string) => {
    const dim = [batch, 1, 1, 3].map((size) =>
      onnxMessage(
        'DimensionProto',
        typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size },
      ),
    )
    const shape = onnxMessage('TensorShapeProto', { dim })
    const tensorType = onnxMessage('TensorTypeProto', { elemType: onnxDataTypeId('float32'), shape })
    return onnxMessage('ValueInfoProto', { name, type: onnxMessage('TypeProto', { tensorType }) })
  }
  const weights = new Float32Array([0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01])
  return writeOnnx(
    onnxMessage('ModelProto', {
      irVersion: 10n,
      opsetImport: [onnxMessage('OperatorSetIdProto', { domain: '', version: 21n })],
      graph: onnxMessage('GraphProto', {
        name: 'colours',
        input: [value('image')],
        output: [value('scores')],
        initializer: [onnxTensor('weights', 'float32', [1, 1, 3, 3], new Uint8Array(weights.buffer))],
        node: [
          onnxMessage('NodeProto', { opType: 'MatMul', input: ['image', 'weights'], output: ['scores'] }),
        ],
      }),
    }),
  )
}

/** Of {@link colours}: labels for its classes. */
export const COLOURS_MANIFEST = {
  manifestVersion: 1,
  name: 'colours',
  files: ['colours.onnx', 'colours.engine', 'open.onnx'],
  input: { scale: [1], layout: 'NHWC' },
  output: { kind: 'logits' },
  labels: ['red', 'green', 'blue'],
}
