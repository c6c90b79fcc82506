import {
  type GraphProto,
  type NodeProto,
  type OnnxDataTypeName,
  onnxDataTypeId,
  onnxMessage,
  onnxTensor,
  type TensorProto,
  type ValueInfoProto,
  writeOnnx,
} from '@edge/model/onnx'

/** An input or output; a dimension that is a string is left open. */
export function value(
  name: string,
  shape: readonly (number | string)[],
  dtype: OnnxDataTypeName = 'float32',
): ValueInfoProto {
  const dim = shape.map((size) =>
    onnxMessage('DimensionProto', typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size }),
  )
  const tensorType = onnxMessage('TensorTypeProto', {
    elemType: onnxDataTypeId(dtype),
    shape: onnxMessage('TensorShapeProto', { dim }),
  })
  return onnxMessage('ValueInfoProto', { name, type: onnxMessage('TypeProto', { tensorType }) })
}

export function node(opType: string, input: readonly string[], output: readonly string[]): NodeProto {
  return onnxMessage('NodeProto', { opType, input, output })
}

export function floats(name: string, shape: readonly number[], values: readonly number[]): TensorProto {
  return onnxTensor(name, 'float32', shape, new Uint8Array(new Float32Array(values).buffer))
}

export function model(fields: Partial<GraphProto>): Uint8Array {
  return writeOnnx(modelOf(fields))
}

export function modelOf(fields: Partial<GraphProto>) {
  return onnxMessage('ModelProto', {
    irVersion: 10n,
    opsetImport: [onnxMessage('OperatorSetIdProto', { domain: '', version: 21n })],
    graph: onnxMessage('GraphProto', { name: 'graph', ...fields }),
  })
}

/** `scores = 2 × data`, of two values. */
export function doubling(shape: readonly (number | string)[] = [1, 2]): Uint8Array {
  return model({
    input: [value('data', shape)],
    output: [value('scores', shape)],
    node: [node('Add', ['data', 'data'], ['scores'])],
  })
}

/** Takes a few hundred milliseconds on one thread: products of matrices of this size, one after the other. */
export function slow(products: number, size = 512): Uint8Array {
  return model({
    input: [value('data', [size, size])],
    output: [value('scores', [size, size])],
    node: Array.from({ length: products }, (_, i) =>
      node('MatMul', ['data', i === 0 ? 'data' : `p${i - 1}`], [i === products - 1 ? 'scores' : `p${i}`]),
    ),
  })
}
