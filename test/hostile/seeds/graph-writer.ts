import {
  enumValue,
  makeTable,
  type TfliteBuffer,
  type TfliteEnumValue,
  type TfliteModel,
  type TfliteOperator,
  type TfliteOptions,
  type TfliteTensor,
} from '@edge/model/tflite'

export type DTypeName = Extract<
  TfliteEnumValue<'TensorType'>,
  'FLOAT32' | 'INT8' | 'INT32' | 'INT64' | 'BOOL' | 'INT16' | 'UINT8'
>

/** What is said of a tensor beside its shape. */
export interface TensorSettings {
  readonly dtype?: DTypeName
  /** One scale, or one for each index of `axis`. */
  readonly scale?: number | readonly number[]
  /** 0 by default. */
  readonly zeroPoint?: number
  readonly axis?: number
  readonly isVariable?: boolean
}

/** Operators whose first version no runtime has any more. */
const VERSIONS: ReadonlyMap<TfliteEnumValue<'BuiltinOperator'>, number> = new Map([['BROADCAST_TO', 2]])

/** Writes a model of one graph, operator by operator. */
export class GraphWriter {
  readonly #tensors: TfliteTensor[] = []
  readonly #buffers: TfliteBuffer[] = [makeTable('Buffer', {})]
  readonly #operators: TfliteOperator[] = []
  readonly #codes: TfliteEnumValue<'BuiltinOperator'>[] = []
  readonly #inputs: number[] = []
  readonly #outputs: number[] = []

  /** A tensor that the graph's caller fills. */
  input(shape: readonly number[], settings: TensorSettings = {}): number {
    const index = this.tensor(shape, settings)
    this.#inputs.push(index)
    return index
  }

  tensor(shape: readonly number[], settings: TensorSettings = {}, buffer = 0): number {
    const { dtype = 'FLOAT32', scale, zeroPoint = 0, axis = 0, isVariable = false } = settings
    const scales = scale === undefined ? [] : typeof scale === 'number' ? [scale] : scale
    this.#tensors.push(
      makeTable('Tensor', {
        name: `t${this.#tensors.length}`,
        shape: Int32Array.from(shape),
        type: enumValue('TensorType', dtype),
        hasRank: true,
        isVariable,
        buffer,
        ...(scales.length > 0 && {
          quantization: makeTable('QuantizationParameters', {
            scale: Float32Array.from(scales),
            zeroPoint: BigInt64Array.from(scales, () => BigInt(zeroPoint)),
            quantizedDimension: axis,
          }),
        }),
      }),
    )
    return this.#tensors.length - 1
  }

  /** Weights: small values of either sign, always the same. */
  weights(shape: readonly number[], settings: TensorSettings = {}): number {
    const count = shape.reduce((product, size) => product * size, 1)
    const values = Array.from({ length: count }, (_, at) => ((at * 7) % 11) - 5)
    const { dtype = 'FLOAT32' } = settings
    return this.#constant(shape, settings, dtype === 'FLOAT32' ? values.map((value) => value / 10) : values)
  }

  /** A list of integers, or a single one. */
  integers(
    values: number | readonly number[],
    shape?: readonly number[],
    dtype: DTypeName = 'INT32',
  ): number {
    const list = typeof values === 'number' ? [values] : values
    return this.#constant(shape ?? (typeof values === 'number' ? [] : [list.length]), { dtype }, list)
  }

  /** One float. */
  real(value: number): number {
    return this.#constant([], {}, [value])
  }

  /** An operator with one result. */
  operator(
    name: TfliteEnumValue<'BuiltinOperator'>,
    inputs: readonly number[],
    shape: readonly number[],
    options?: TfliteOptions,
    settings: TensorSettings = {},
  ): number {
    const output = this.tensor(shape, settings)
    this.operators(name, inputs, [output], options)
    return output
  }

  /** An operator with any number of results, which are tensors already. */
  operators(
    name: TfliteEnumValue<'BuiltinOperator'>,
    inputs: readonly number[],
    outputs: readonly number[],
    options?: TfliteOptions,
    intermediates: readonly number[] = [],
  ): void {
    if (!this.#codes.includes(name)) this.#codes.push(name)
    this.#operators.push(
      makeTable('Operator', {
        opcodeIndex: this.#codes.indexOf(name),
        inputs: Int32Array.from(inputs),
        outputs: Int32Array.from(outputs),
        ...(options !== undefined && { builtinOptions: options }),
        ...(intermediates.length > 0 && { intermediates: Int32Array.from(intermediates) }),
      }),
    )
  }

  output(...tensors: readonly number[]): void {
    this.#outputs.push(...tensors)
  }

  model(): TfliteModel {
    return makeTable('Model', {
      version: 3,
      buffers: this.#buffers,
      operatorCodes: this.#codes.map((name) => {
        const builtinCode = enumValue('BuiltinOperator', name)
        return makeTable('OperatorCode', {
          builtinCode,
          deprecatedBuiltinCode: Math.min(builtinCode, 127),
          version: VERSIONS.get(name) ?? 1,
        })
      }),
      subgraphs: [
        makeTable('SubGraph', {
          name: 'main',
          tensors: this.#tensors,
          inputs: Int32Array.from(this.#inputs),
          outputs: Int32Array.from(this.#outputs),
          operators: this.#operators,
        }),
      ],
    })
  }

  #constant(shape: readonly number[], settings: TensorSettings, values: readonly number[]): number {
    this.#buffers.push(makeTable('Buffer', { data: bytesOf(settings.dtype ?? 'FLOAT32', values) }))
    return this.tensor(shape, settings, this.#buffers.length - 1)
  }
}

function bytesOf(dtype: DTypeName, values: readonly number[]): Uint8Array {
  switch (dtype) {
    case 'FLOAT32':
      return new Uint8Array(Float32Array.from(values).buffer)
    case 'INT16':
      return new Uint8Array(Int16Array.from(values).buffer)
    case 'INT32':
      return new Uint8Array(Int32Array.from(values).buffer)
    case 'INT64':
      return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    default:
      return new Uint8Array(Int8Array.from(values).buffer)
  }
}
