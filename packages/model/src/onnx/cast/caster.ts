import { EdgeError } from '@edge/errors'
import { onnxDataTypeId } from '../data-types.js'
import { domainOf, functionKey } from '../domains.js'
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, ValueInfoProto } from '../schema.js'
import {
  constantTensors,
  declarationsOf,
  defineConstantNode,
  defineInitializers,
  nodesOf,
} from './constants.js'
import { FunctionVariants } from './functions.js'
import type { HalfLosses, HalfType } from './half.js'
import { makesValues, orDeclared, typeByAttribute } from './node-types.js'
import { operatorTypes, parameterAt } from './operator-types.js'
import {
  declarations,
  declaredType,
  describeNode,
  type Form,
  type Names,
  Scope,
  type ValueType,
} from './scope.js'

/** A node that computes in float32 still. */
export interface KeptNode {
  /** As the model calls it; may be empty. */
  readonly name: string
  /** Its operator, such as `Resize`. */
  readonly operator: string
  /** The reason, in words. */
  readonly why: string
}

/** What holds for all nodes of a graph, or of a function. */
export interface NodeContext {
  readonly opsets: ReadonlyMap<string, bigint>
  /** Whether they all stay as they are, since the node around them does. */
  readonly isKept: boolean
}

const QUANTIZERS = new Set(['QuantizeLinear', 'DequantizeLinear'])
const CONTROL_FLOW = new Set(['If', 'Loop', 'Scan'])
/** Operators to which a value's type is nothing. */
const SIZES = new Set(['Shape', 'Size'])
const CONTAINERS = /^(Optional.*|Sequence.*|ConcatFromSequence|SplitToSequence)$/

/** Casts nodes one after the other, in the order they run. */
export class Caster {
  readonly losses: HalfLosses = { clamped: 0, raised: 0 }
  readonly kept: KeptNode[] = []
  readonly functions: FunctionVariants

  constructor(
    readonly half: HalfType,
    readonly names: Names,
    /** Names of nodes and operators that stay float32. */
    readonly keep: ReadonlySet<string>,
    functions: ReadonlyMap<string, FunctionProto>,
  ) {
    this.functions = new FunctionVariants(functions, this)
  }

  castNodes(nodes: readonly NodeProto[], scope: Scope, context: NodeContext): void {
    for (const node of nodes) this.#castNode(node, scope, context)
  }

  #castNode(node: NodeProto, scope: Scope, context: NodeContext): void {
    const { opType = '' } = node
    const isOnnx = domainOf(node.domain) === ''
    if (this.functions.has(functionKey(node.domain, opType, node.overload))) {
      this.#castCall(node, scope, context)
    } else if (isOnnx && opType === 'Constant') defineConstantNode(node, scope)
    else if (isOnnx && CONTROL_FLOW.has(opType)) this.#castControlFlow(node, scope, context)
    else if (QUANTIZERS.has(opType)) throw quantized(node)
    else this.#castOperator(node, scope, context)
  }

  #isAskedToKeep({ name = '', opType = '' }: NodeProto): boolean {
    return this.keep.has(name) || this.keep.has(opType)
  }

  #noteKept(node: NodeProto, why: string): void {
    this.kept.push({ name: node.name ?? '', operator: node.opType ?? '', why })
  }

  #castOperator(node: NodeProto, scope: Scope, context: NodeContext): void {
    const { opType = '' } = node
    const opset = context.opsets.get('') ?? 0n
    const types = domainOf(node.domain) === '' ? operatorTypes(opType, opset) : undefined
    const values = node.input.map((name) => scope.find(name))
    const computed = values.filter((value) => value !== undefined && value.constant === undefined)
    const readsSizes = SIZES.has(opType)
    const computesSizes = computed.length > 0 && computed.every((value) => value?.isShape === true)
    const isShape = readsSizes || computesSizes
    const whyKept = this.#whyKept(node, context, computesSizes, types === undefined)
    const bound = new Map<string, ValueType>()
    node.input.forEach((name, index) => {
      const type = parameterAt(types?.inputs ?? [], index)?.type
      if (name === '' || type === undefined || type === '' || bound.has(type)) return
      // A node that stays as it is can read what nobody knows, and sizes are the same in all types.
      const mayGuess = readsSizes || whyKept !== undefined
      const known = mayGuess ? (values[index]?.type ?? 'other') : scope.typeOf(name, node)
      bound.set(type, known)
    })
    const formOf = (type: string | undefined): Form =>
      whyKept === undefined && type !== undefined && types?.takes(type, this.half) === true ? 'half' : 'full'

    const outputTypes = node.output.map((name, index) => {
      const type = parameterAt(types?.outputs ?? [], index)?.type
      if (type === '') return 'other'
      const found =
        type !== undefined && types?.isFloat32Only(type) === true
          ? 'float32'
          : (bound.get(type ?? '') ?? (types === undefined ? 'unknown' : typeByAttribute(node, scope)))
      return orDeclared(found, name, scope)
    })
    const refused = [...bound].find(([type, value]) => value === 'float32' && formOf(type) === 'full')
    const touches = refused !== undefined || outputTypes.includes('float32')
    if (whyKept === undefined && refused !== undefined) {
      this.#noteKept(node, `the operator takes no ${this.half} in version ${opset} of the operator set`)
    } else if (whyKept !== undefined && whyKept !== '' && touches) this.#noteKept(node, whyKept)

    const input = node.input.map((name, index) =>
      readsSizes ? scope.any(name) : scope.want(name, formOf(parameterAt(types?.inputs ?? [], index)?.type)),
    )
    const attribute = this.#keepSubgraphs(node, scope, context)
    const after: NodeProto[] = []
    const castsToHalf =
      opType === 'Cast' && outputTypes[0] === 'float32' && formOf(types?.outputs[0]?.type) === 'half'
    const output = node.output.map((name, index) => {
      const type = parameterAt(types?.outputs ?? [], index)?.type
      // One that no input has the type of is of the type that an attribute says.
      const form = castsToHalf || (type !== undefined && bound.has(type)) ? formOf(type) : 'full'
      return scope.result(name, form, outputTypes[index] ?? 'other', isShape, after)
    })
    scope.nodes.push(
      { ...node, input, output, attribute: castsToHalf ? this.#castTo(attribute) : attribute },
      ...after,
    )
  }

  /** Why all of a node stays float32; empty where that needs no word, undefined where it does not. */
  #whyKept(node: NodeProto, context: NodeContext, isShape: boolean, isStrange: boolean): string | undefined {
    if (context.isKept) return ''
    if (this.#isAskedToKeep(node)) return 'it was asked for'
    if (isStrange) return 'the operator is not known here'
    if (isShape) return 'it computes with sizes, which need more digits'
    if (makesValues(node)) return 'an attribute says the type that it makes'
    if (node.opType === 'MeanVarianceNormalization') return 'ONNX defines it with constants of float32'
    return CONTAINERS.test(node.opType ?? '') ? 'sequences and optional values hold float32' : undefined
  }

  #castTo(attributes: readonly AttributeProto[]): readonly AttributeProto[] {
    const i = BigInt(onnxDataTypeId(this.half))
    return attributes.map((attribute) => (attribute.name === 'to' ? { ...attribute, i } : attribute))
  }

  #keepSubgraphs(node: NodeProto, scope: Scope, context: NodeContext): readonly AttributeProto[] {
    return node.attribute.map((attribute) => {
      if (attribute.g === undefined) return attribute
      return { ...attribute, g: this.#castBody(attribute.g, scope, [], { ...context, isKept: true }).graph }
    })
  }

  #castControlFlow(node: NodeProto, scope: Scope, context: NodeContext): void {
    const { opType = '' } = node
    const opset = context.opsets.get('') ?? 0n
    if (opType === 'Scan' && opset < 9n) {
      throw new EdgeError('MODEL_UNSUPPORTED', {
        summary: `${describeNode(node)} is of the first version of Scan`,
        expected: 'version 9 or later of the operator set',
        found: String(opset),
        remedy: "Export the model again with a later version, or use ONNX's version converter.",
      })
    }
    const types = operatorTypes(opType, opset)
    const asked = this.#isAskedToKeep(node)
    const isKept = context.isKept || asked || types?.takes(types.outputs[0]?.type ?? '', this.half) !== true
    if (isKept && !context.isKept) {
      this.#noteKept(node, asked ? 'it was asked for' : `the operator takes no ${this.half}`)
    }
    const form = isKept ? 'full' : 'half'
    const inputTypes = node.input.map((name) => scope.find(name)?.type ?? 'other')
    const input = node.input.map((name) => scope.want(name, form))
    const outputTypes: ValueType[] = []
    const attribute = node.attribute.map((each) => {
      if (each.g === undefined) return each
      const body = this.#castBody(each.g, scope, inputTypes, { ...context, isKept })
      // A loop's body gives the condition first.
      body.types.slice(opType === 'Loop' ? 1 : 0).forEach((type, index) => {
        if ((outputTypes[index] ?? 'unknown') === 'unknown') outputTypes[index] = type
      })
      return { ...each, g: body.graph }
    })
    const after: NodeProto[] = []
    const output = node.output.map((name, index) =>
      scope.result(name, form, orDeclared(outputTypes[index] ?? 'unknown', name, scope), false, after),
    )
    scope.nodes.push({ ...node, input, output, attribute }, ...after)
  }

  #castBody(
    graph: GraphProto,
    outer: Scope,
    inputTypes: readonly ValueType[],
    context: NodeContext,
  ): { readonly graph: GraphProto; readonly types: readonly ValueType[] } {
    const scope = new Scope(this.half, this.names, outer, declarations(graph))
    const form = context.isKept ? 'full' : 'half'
    graph.input.forEach((value, index) => {
      const declared = declaredType(value)
      const type = declared === 'unknown' ? (inputTypes[index] ?? 'unknown') : declared
      scope.defineAs(value.name ?? '', form, type)
    })
    const initializers = defineInitializers(graph, scope, new Set(graph.input.map(({ name = '' }) => name)))
    this.castNodes(graph.node, scope, context)
    const types = graph.output.map(({ name = '' }) =>
      orDeclared(scope.find(name)?.type ?? 'other', name, scope),
    )
    const output = graph.output.map((value): ValueInfoProto => {
      const name = scope.want(value.name ?? '', form)
      if (form === 'half' && scope.find(value.name ?? '')?.type === 'float32') scope.halved.add(name)
      return { ...value, name }
    })
    return { types, graph: this.finish({ ...graph, output }, scope, initializers) }
  }

  /** The graph that a scope has become. */
  finish(graph: GraphProto, scope: Scope, initializers: ReturnType<typeof defineInitializers>): GraphProto {
    return {
      ...graph,
      node: nodesOf(scope, this.losses),
      initializer: initializers.flatMap((item) =>
        'wanted' in item ? constantTensors(item, scope, this.losses) : [item],
      ),
      input: declarationsOf(graph.input, scope),
      output: declarationsOf(graph.output, scope),
      valueInfo: declarationsOf(graph.valueInfo, scope),
    }
  }

  #castCall(node: NodeProto, scope: Scope, context: NodeContext): void {
    const isAsked = this.#isAskedToKeep(node)
    const isKept = context.isKept || isAsked
    if (isAsked && !context.isKept) this.#noteKept(node, 'it was asked for')
    const form = isKept ? 'full' : 'half'
    const types = node.input.map((name) => scope.typeOf(name, node))
    const key = functionKey(node.domain, node.opType, node.overload)
    const called = this.functions.variant(key, types, isKept, context)
    const input = node.input.map((name) => scope.want(name, form))
    const after: NodeProto[] = []
    const output = node.output.map((name, index) =>
      scope.result(name, form, orDeclared(called.types[index] ?? 'unknown', name, scope), false, after),
    )
    scope.nodes.push({ ...node, opType: called.name, input, output }, ...after)
  }
}

function quantized(node: NodeProto): EdgeError {
  return new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the model is quantized, and casts between its quantizers and operators would undo that',
    expected: 'a model without QuantizeLinear and DequantizeLinear',
    found: describeNode(node),
    remedy: 'Use the quantized model as it is, or cast the float32 model that it was made from.',
  })
}
