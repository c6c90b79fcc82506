import { EdgeError } from '@edge/errors'
import { onnxDataTypeId } from '../data-types.js'
import { onnxMessage } from '../message.js'
import type { FunctionProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../schema.js'
import type { HalfType } from './half.js'

/** What a value is in the model as given. Only float32 matters: everything else stays what it is. */
export type ValueType = 'float32' | 'other' | 'unknown'

/** As which of two types a float32 value is wanted. */
export type Form = 'half' | 'full'

/** A constant, of which either form or both are made, once it is known which are wanted. */
export interface Constant {
  readonly name: string
  readonly tensor: TensorProto
  /** The node that gives it; undefined for an initializer. */
  readonly node: NodeProto | undefined
  /** Names of the forms that are wanted. */
  readonly wanted: Map<Form, string>
}

/** A value of the model as given. */
export interface Value {
  readonly type: ValueType
  /** Computed from shapes alone: numbers that count, of which half precision has too few. */
  readonly isShape: boolean
  /** The form that it is computed in, with its name. */
  readonly names: ReadonlyMap<Form, string>
  readonly constant?: Constant
}

/** Names that a model has, for new ones beside them. */
export class Names {
  readonly #taken = new Set<string>()

  take(name: string): void {
    this.#taken.add(name)
  }

  fresh(base: string): string {
    let name = base
    for (let i = 2; this.#taken.has(name); i++) name = `${base}_${i}`
    this.#taken.add(name)
    return name
  }
}

/** Values that a graph, or the body of a function, can name, and the nodes of what it becomes. */
export class Scope {
  readonly nodes: (NodeProto | Constant)[] = []
  /** Names that stand for 16 bits in what it becomes, and did for 32. */
  readonly halved = new Set<string>()
  readonly #values = new Map<string, Value>()
  readonly #casts = new Map<string, string>()

  /**
   * @param declared - types that the graph tells.
   * @param reserved - names that have to stay float32: a model's outputs.
   */
  constructor(
    readonly half: HalfType,
    readonly names: Names,
    readonly outer: Scope | undefined,
    readonly declared: ReadonlyMap<string, ValueType>,
    readonly reserved: ReadonlySet<string> = new Set(),
  ) {}

  find(name: string): Value | undefined {
    return this.#values.get(name) ?? this.outer?.find(name)
  }

  define(name: string, value: Value): void {
    if (name !== '') this.#values.set(name, value)
  }

  /** Defines a value that its node gives in one form. */
  defineAs(name: string, form: Form, type: ValueType, isShape = false): void {
    if (type !== 'float32') this.define(name, { type, isShape, names: new Map() })
    else {
      if (form === 'half') this.halved.add(name)
      this.define(name, { type, isShape, names: new Map([[form, name]]) })
    }
  }

  /** Defines what a node gives, and says by which name the node gives it. */
  result(name: string, form: Form, type: ValueType, isShape: boolean, after: NodeProto[]): string {
    if (name === '' || type !== 'float32' || form === 'full' || !this.reserved.has(name)) {
      if (name !== '') this.defineAs(name, form, type, isShape)
      return name
    }
    const inside = this.names.fresh(`${name}_${this.half}`)
    after.push(this.castNode(inside, name, 'full'))
    this.define(name, {
      type,
      isShape,
      names: new Map<Form, string>([
        ['half', inside],
        ['full', name],
      ]),
    })
    return inside
  }

  /** The name of a value in that form; a node that casts it comes before whatever is added next. */
  want(name: string, form: Form): string {
    const value = this.find(name)
    if (value === undefined || value.type !== 'float32') return name
    if (value.constant !== undefined) return this.#wantConstant(value.constant, form)
    const known = value.names.get(form) ?? this.#cast(`${form} ${name}`)
    if (known !== undefined) return known
    const [source = name] = value.names.values()
    const target = this.names.fresh(`${name}_${form === 'half' ? this.half : 'float32'}`)
    this.nodes.push(this.castNode(source, target, form))
    this.#casts.set(`${form} ${name}`, target)
    return target
  }

  /** The name of a value in the form that it has. */
  any(name: string): string {
    const [form = 'half'] = this.find(name)?.names.keys() ?? []
    return this.want(name, form)
  }

  #cast(key: string): string | undefined {
    return this.#casts.get(key) ?? (this.outer === undefined ? undefined : this.outer.#cast(key))
  }

  #wantConstant(constant: Constant, form: Form): string {
    const known = constant.wanted.get(form)
    if (known !== undefined) return known
    // Most are wanted in one form, and in half: that one keeps the name, unless it has to be what it was.
    const owner = this.#ownerOf(constant)
    const keeps = owner.reserved.has(constant.name) ? 'full' : 'half'
    const suffix = form === 'half' ? this.half : 'float32'
    const name = form === keeps ? constant.name : this.names.fresh(`${constant.name}_${suffix}`)
    if (form === 'half' && name === constant.name) owner.halved.add(name)
    constant.wanted.set(form, name)
    return name
  }

  #ownerOf(constant: Constant): Scope {
    if (this.#values.get(constant.name)?.constant === constant || this.outer === undefined) return this
    return this.outer.#ownerOf(constant)
  }

  castNode(from: string, to: string, form: Form): NodeProto {
    const type = BigInt(onnxDataTypeId(form === 'half' ? this.half : 'float32'))
    return onnxMessage('NodeProto', {
      opType: 'Cast',
      name: this.names.fresh(`${to}_cast`),
      input: [from],
      output: [to],
      attribute: [onnxMessage('AttributeProto', { name: 'to', type: 2, i: type })],
    })
  }

  /** The type of a value that somebody reads; not to know it would be to guess. */
  typeOf(name: string, reader: NodeProto): ValueType {
    const type = this.find(name)?.type ?? 'other'
    if (type !== 'unknown') return type
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `the type of "${name}", which ${describeNode(reader)} reads, is not known`,
      expected: 'a model that tells the types of what operators outside ONNX give',
      found: 'no value_info of that name',
      remedy: "Run shape inference over the model first: it writes each value's type into the file.",
    })
  }
}

/** A node as a message calls it. */
export function describeNode({ name, opType = 'a node' }: NodeProto): string {
  return name === undefined || name === '' ? opType : `${opType} "${name}"`
}

/** What a graph tells of a value's type. */
export function declaredType({ type }: ValueInfoProto): ValueType {
  if (type === undefined) return 'unknown'
  const elements = type.tensorType?.elemType ?? type.sparseTensorType?.elemType
  if (elements === undefined || elements === 0) return type.tensorType === undefined ? 'other' : 'unknown'
  return elements === onnxDataTypeId('float32') ? 'float32' : 'other'
}

/** The types that a graph tells of. */
export function declarations(graph: GraphProto | FunctionProto): ReadonlyMap<string, ValueType> {
  const values = 'initializer' in graph ? [...graph.valueInfo, ...graph.output] : graph.valueInfo
  return new Map(values.map((value) => [value.name ?? '', declaredType(value)]))
}
