import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  onnxDataTypeId,
  onnxMessage,
  onnxTensor,
  type TensorProto,
  type ValueInfoProto,
} from '../../src/onnx/index.js'

/** A tensor of 32-bit floats. */
export function floats(name: string, shape: readonly number[], values: readonly number[]): TensorProto {
  return onnxTensor(name, 'float32', shape, new Uint8Array(new Float32Array(values).buffer))
}

/** A list of 64-bit integers. */
export function integers(name: string, values: readonly bigint[]): TensorProto {
  return onnxTensor(name, 'int64', [values.length], new Uint8Array(new BigInt64Array(values).buffer))
}

/** An input or output; a dimension that is a string is left open. */
export function value(
  name: string,
  shape: readonly (number | string)[],
  dtype: 'float32' | 'int8' | 'int64' = 'float32',
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

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  return onnxMessage('NodeProto', { opType, input, output, attribute, name: `${opType} of ${output.join()}` })
}

export function integerList(name: string, values: readonly bigint[]): AttributeProto {
  return onnxMessage('AttributeProto', { name, type: 7, ints: BigInt64Array.from(values) })
}

export function graph(fields: Partial<GraphProto>): GraphProto {
  return onnxMessage('GraphProto', { name: 'graph', ...fields })
}

export function model(fields: Partial<GraphProto>, others: Partial<ModelProto> = {}): ModelProto {
  return onnxMessage('ModelProto', {
    irVersion: 10n,
    producerName: 'tests',
    opsetImport: [onnxMessage('OperatorSetIdProto', { domain: '', version: 21n })],
    graph: graph(fields),
    ...others,
  })
}

/** Convolution, activation, pooling, matrix product: 4 classes from a picture of 1×2×8×8. */
export function classifier(batch: number | string = 1): ModelProto {
  return model({
    input: [value('image', [batch, 2, 8, 8])],
    output: [value('scores', [batch, 4])],
    initializer: [
      floats(
        'kernel',
        [3, 2, 3, 3],
        Array.from({ length: 54 }, (_, i) => (i % 3 === 0 ? 0 : i / 54)),
      ),
      floats('bias', [3], [0.1, 0.2, 0.3]),
      floats(
        'weights',
        [3, 4],
        Array.from({ length: 12 }, (_, i) => i - 6),
      ),
    ],
    node: [
      node(
        'Conv',
        ['image', 'kernel', 'bias'],
        ['features'],
        [integerList('pads', [1n, 1n, 1n, 1n]), integerList('strides', [2n, 2n])],
      ),
      node('Relu', ['features'], ['active']),
      node('GlobalAveragePool', ['active'], ['pooled']),
      node('Flatten', ['pooled'], ['flat']),
      node('MatMul', ['flat', 'weights'], ['scores']),
    ],
  })
}
