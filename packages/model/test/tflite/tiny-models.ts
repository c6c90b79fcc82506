import {
  enumValue,
  makeTable,
  type TfliteEnumValue,
  type TfliteModel,
  type TfliteOperator,
  type TfliteOptions,
  type TfliteTensor,
} from '../../src/tflite/index.js'

/** What a test says of a tensor; the rest is as converters write it. */
export interface TinyTensor {
  readonly shape?: readonly number[]
  readonly type?: TfliteEnumValue<'TensorType'>
  /** Values that the file holds: float32 or int32, by the dtype, or bytes as they are. */
  readonly values?: readonly number[] | Uint8Array
  readonly scale?: readonly number[]
  readonly zeroPoint?: readonly bigint[]
  readonly more?: Partial<TfliteTensor>
}

/** What a test says of an operator; tensors are meant by name, -1 stands for none. */
export interface TinyOperator {
  readonly op: TfliteEnumValue<'BuiltinOperator'>
  readonly inputs: readonly (string | -1)[]
  readonly outputs: readonly string[]
  readonly options?: TfliteOptions
  readonly more?: Partial<TfliteOperator>
}

/** A model of one graph, with tensors by name. */
export interface TinyModel {
  readonly tensors: Readonly<Record<string, TinyTensor>>
  readonly operators: readonly TinyOperator[]
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** Builds a model from a test's description. */
export function tinyModel({ tensors, operators, inputs, outputs }: TinyModel): TfliteModel {
  const names = Object.keys(tensors)
  const index = (name: string | -1): number => (name === -1 ? -1 : names.indexOf(name))
  const indices = (list: readonly (string | -1)[]): Int32Array => Int32Array.from(list, index)
  const buffers = [makeTable('Buffer', {})]
  const tables = Object.entries(tensors).map(([name, tensor]) => {
    const { shape = [], type = 'FLOAT32', values, scale, zeroPoint, more } = tensor
    if (values !== undefined) buffers.push(makeTable('Buffer', { data: bytesOf(values, type) }))
    return makeTable('Tensor', {
      name,
      shape: Int32Array.from(shape),
      type: enumValue('TensorType', type),
      hasRank: true,
      buffer: values === undefined ? 0 : buffers.length - 1,
      ...(scale !== undefined && {
        quantization: makeTable('QuantizationParameters', {
          scale: Float32Array.from(scale),
          zeroPoint: BigInt64Array.from(zeroPoint ?? scale.map(() => 0n)),
        }),
      }),
      ...more,
    })
  })
  const codes = [...new Set(operators.map(({ op }) => op))]
  return makeTable('Model', {
    version: 3,
    description: 'tiny',
    buffers,
    operatorCodes: codes.map((op) => {
      const builtinCode = enumValue('BuiltinOperator', op)
      return makeTable('OperatorCode', { builtinCode, deprecatedBuiltinCode: Math.min(builtinCode, 127) })
    }),
    subgraphs: [
      makeTable('SubGraph', {
        name: 'main',
        tensors: tables,
        inputs: indices(inputs),
        outputs: indices(outputs),
        operators: operators.map((operator) =>
          makeTable('Operator', {
            opcodeIndex: codes.indexOf(operator.op),
            inputs: indices(operator.inputs),
            outputs: indices(operator.outputs),
            builtinOptions: operator.options,
            ...operator.more,
          }),
        ),
      }),
    ],
  })
}

function bytesOf(values: readonly number[] | Uint8Array, type: TinyTensor['type']): Uint8Array {
  if (values instanceof Uint8Array) return values
  if (type === 'INT32') return new Uint8Array(Int32Array.from(values).buffer)
  if (type === 'INT8') return new Uint8Array(Int8Array.from(values).buffer)
  return new Uint8Array(Float32Array.from(values).buffer)
}

/** Options of a convolution that are right for {@link convolution}. */
export const CONV_OPTIONS = makeTable('Conv2DOptions', { strideW: 1, strideH: 1, padding: 0 })

/** A 3 × 3 convolution of a 4 × 4 picture of two channels, three filters, then a sum with itself. */
export const convolution: TinyModel = {
  tensors: {
    image: { shape: [1, 4, 4, 2] },
    filter: { shape: [3, 3, 3, 2], values: Array.from({ length: 54 }, (_, at) => (at % 5) - 2) },
    bias: { shape: [3], values: [1, 2, 3] },
    features: { shape: [1, 4, 4, 3] },
    sum: { shape: [1, 4, 4, 3] },
  },
  operators: [
    {
      op: 'CONV_2D',
      inputs: ['image', 'filter', 'bias'],
      outputs: ['features'],
      options: { type: 'Conv2DOptions', value: CONV_OPTIONS },
    },
    {
      op: 'ADD',
      inputs: ['features', 'features'],
      outputs: ['sum'],
      options: { type: 'AddOptions', value: makeTable('AddOptions', {}) },
    },
  ],
  inputs: ['image'],
  outputs: ['sum'],
}

/** {@link convolution} with one of its tensors changed. */
export function withTensor(name: string, change: TinyTensor): TinyModel {
  return {
    ...convolution,
    tensors: { ...convolution.tensors, [name]: { ...convolution.tensors[name], ...change } },
  }
}

/** One operator on a float tensor `x` and constants. */
export function single(
  op: TinyOperator['op'],
  tensors: TinyModel['tensors'],
  inputs: readonly (string | -1)[],
  outputs: readonly string[],
  options?: TfliteOptions,
): TfliteModel {
  return tinyModel({
    tensors,
    operators: [{ op, inputs, outputs, ...(options !== undefined && { options }) }],
    inputs: ['x'],
    outputs,
  })
}
