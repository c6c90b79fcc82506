import type { EdgeError } from '@edge/errors'
import { constantBytes, constantIntegers } from '../constants.js'
import type { TfliteModel, TfliteOperator, TfliteOptions, TfliteSubGraph, TfliteTensor } from '../model.js'
import type { BuiltinName } from './arity.js'
import type { Place } from './place.js'
import type { Scales } from './quantization.js'
import { shapeOf } from './tensors.js'

/** More values than any shape, list of axes or paddings has. */
const MAX_LIST = 256

type OptionsName = TfliteOptions['type']
type OptionsNamed<N extends OptionsName> = NonNullable<Extract<TfliteOptions, { type: N }>['value']>

/** One built-in operator with its tensors, for rules to look at. */
export class OperatorView {
  readonly name: BuiltinName
  readonly model: TfliteModel
  readonly operator: TfliteOperator
  readonly scales: Scales
  readonly #graph: TfliteSubGraph
  readonly #place: () => Place

  constructor(
    name: BuiltinName,
    context: {
      model: TfliteModel
      graph: TfliteSubGraph
      operator: TfliteOperator
      scales: Scales
      place: () => Place
    },
  ) {
    this.name = name
    this.model = context.model
    this.operator = context.operator
    this.scales = context.scales
    this.#graph = context.graph
    this.#place = context.place
  }

  get inputCount(): number {
    return this.operator.inputs?.length ?? 0
  }

  get outputCount(): number {
    return this.operator.outputs?.length ?? 0
  }

  /** An input; undefined where it is left out. Indices have been checked. */
  input(at: number): TfliteTensor | undefined {
    return this.#graph.tensors?.[this.operator.inputs?.[at] ?? -1]
  }

  output(at: number): TfliteTensor | undefined {
    return this.#graph.tensors?.[this.operator.outputs?.[at] ?? -1]
  }

  /** Tensors that hold no values, only quantization of what a kernel computes on its way. */
  get intermediates(): readonly TfliteTensor[] {
    const tensors = this.#graph.tensors ?? []
    return Array.from(this.operator.intermediates ?? []).flatMap((index) => tensors[index] ?? [])
  }

  /** The shape of an input, undefined where it is left out or has none: where the model does not know its rank. */
  shape(at: number): Int32Array | undefined {
    return this.#known(this.input(at))
  }

  outputShape(at: number): Int32Array | undefined {
    return this.#known(this.output(at))
  }

  /** The shape of an input that stays as it is: undefined as well where `shape_signature` leaves a size open. */
  fixedShape(at: number): Int32Array | undefined {
    return isFixed(this.input(at)) ? this.shape(at) : undefined
  }

  /** The shape of an output, as {@link OperatorView.fixedShape}. */
  fixedOutputShape(at: number): Int32Array | undefined {
    return isFixed(this.output(at)) ? this.outputShape(at) : undefined
  }

  /** The values of an integer input that the file holds, such as axes. */
  integers(at: number): readonly number[] | undefined {
    const tensor = this.input(at)
    return tensor === undefined ? undefined : constantIntegers(this.model, tensor, MAX_LIST)
  }

  /** Whether an input is one of the graph's that has no shape: TensorFlow Lite begins with a scalar there, whatever comes later. */
  isUnshaped(at: number): boolean {
    const index = this.operator.inputs?.[at] ?? -1
    return index !== -1 && this.#graph.inputs?.includes(index) === true && this.shape(at) === undefined
  }

  isConstant(at: number): boolean {
    const tensor = this.input(at)
    return tensor !== undefined && constantBytes(this.model, tensor) !== undefined
  }

  /** The operator's options, undefined where it has none or others. */
  options<N extends OptionsName>(name: N): OptionsNamed<N> | undefined {
    const options = this.operator.builtinOptions
    // The discriminant decides the value's type, which TypeScript does not see through a type parameter.
    return options?.type === name ? (options.value as OptionsNamed<N> | undefined) : undefined
  }

  /** The operator's options, without which TensorFlow Lite would take zeros. */
  requiredOptions<N extends OptionsName>(name: N): OptionsNamed<N> {
    const options = this.options(name)
    if (options !== undefined) return options
    throw this.error('its options', name, this.operator.builtinOptions?.type ?? 'none')
  }

  /** The error that refuses the model: see {@link Place.error}. */
  error(what: string, expected: string, found: string | number): EdgeError {
    return this.#place().error(what, expected, found)
  }

  #known(tensor: TfliteTensor | undefined): Int32Array | undefined {
    if (tensor === undefined) return undefined
    const shape = shapeOf(tensor)
    const isScalar = shape.length === 0 && (tensor.hasRank || constantBytes(this.model, tensor) !== undefined)
    return shape.length > 0 || isScalar ? shape : undefined
  }
}

function isFixed(tensor: TfliteTensor | undefined): boolean {
  return tensor !== undefined && !(tensor.shapeSignature?.includes(-1) ?? false)
}
