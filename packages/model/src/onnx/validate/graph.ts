import { domainOf } from '../domains.js'
import type { GraphProto, NodeProto, ValueInfoProto } from '../schema.js'
import { validateAttributes } from './attributes.js'
import type { ModelContext } from './context.js'
import { invalid, quote } from './invalid.js'
import { Scope } from './scope.js'
import { validateSparseTensor, validateTensor } from './tensors.js'
import { validateType } from './types.js'

/**
 * Checks a graph: every name is given once and before it is used, every tensor has its data.
 *
 * @param outer - names of the graphs around it; undefined for a model's own graph.
 * @returns the names of the graph.
 */
export function validateGraph(
  graph: GraphProto,
  place: string,
  context: ModelContext,
  outer: Scope | undefined,
): Scope {
  const scope = new Scope(outer)
  defineInputs(graph, place, scope)
  defineInitializers(graph, place, scope, context)
  validateNodes(graph.node, `${place}.node`, scope, context)
  validateOutputs(graph, place, scope)
  graph.valueInfo.forEach(({ type }, index) => {
    if (type !== undefined) validateType(type, `${place}.valueInfo[${index}].type`)
  })
  validateAnnotations(graph, place, scope)
  return scope
}

function defineInputs(graph: GraphProto, place: string, scope: Scope): void {
  graph.input.forEach((input, index) => {
    const at = `${place}.input[${index}]`
    const name = named(input, at)
    if (scope.own(name) !== undefined)
      throw invalid(at, 'two inputs have one name', 'each name once', quote(name))
    scope.define(name, at)
    if (input.type !== undefined) validateType(input.type, `${at}.type`)
    // Inputs of a subgraph get their types from the node that runs it.
    else if (scope.outer === undefined)
      throw invalid(at, `input ${quote(name)} has no type`, 'a type', 'none')
  })
}

function defineInitializers(graph: GraphProto, place: string, scope: Scope, context: ModelContext): void {
  const names = new Set<string>()
  const define = (name: string | undefined, at: string): void => {
    if (name === undefined || name === '') throw invalid(at, 'an initializer has no name', 'a name', 'none')
    if (names.has(name)) throw invalid(at, 'two initializers have one name', 'each name once', quote(name))
    names.add(name)
    // One that is an input as well is the input's default.
    scope.define(name, at)
  }
  graph.initializer.forEach((tensor, index) => {
    const at = `${place}.initializer[${index}]`
    define(tensor.name, at)
    validateTensor(tensor, `${at} (${quote(tensor.name)})`, context)
  })
  graph.sparseInitializer.forEach((sparse, index) => {
    const at = `${place}.sparseInitializer[${index}]`
    validateSparseTensor(sparse, at, context)
    define(sparse.values?.name, at)
  })
}

/** Checks nodes in their order, and makes their outputs known. */
export function validateNodes(
  nodes: readonly NodeProto[],
  place: string,
  scope: Scope,
  context: ModelContext,
): void {
  // Only looked at for the message: a name that is given later is another mistake than one that is never given.
  let later: Map<string, number> | undefined
  nodes.forEach((node, index) => {
    const at = `${place}[${index}]${node.name === undefined || node.name === '' ? '' : ` (${quote(node.name)})`}`
    validateOperator(node, at, context)
    node.input.forEach((name, position) => {
      // An empty name leaves an optional input out.
      if (name === '' || scope.find(name) !== undefined) return
      later ??= new Map(nodes.flatMap(({ output }, i) => output.map((output) => [output, i] as const)))
      const maker = later.get(name)
      throw invalid(
        `${at}.input[${position}]`,
        maker === undefined
          ? `nothing has the name ${quote(name)}`
          : `${quote(name)} is used before it is computed`,
        'an input, an initializer or an output of an earlier node',
        maker === undefined ? 'none' : `an output of ${place}[${maker}]`,
        maker === undefined ? undefined : 'Nodes must be in topological order, without cycles: sort them.',
      )
    })
    validateAttributes(node, at, context, (graph, graphPlace) => {
      validateGraph(graph, graphPlace, context, scope)
    })
    node.output.forEach((name, position) => {
      if (name === '') return
      const known = scope.find(name)
      if (known !== undefined) {
        throw invalid(`${at}.output[${position}]`, `${quote(name)} is given twice`, 'each name once', known)
      }
      scope.define(name, `${place}[${index}]`)
    })
  })
}

function validateOperator(node: NodeProto, place: string, context: ModelContext): void {
  if (node.opType === undefined || node.opType === '') {
    throw invalid(place, 'a node has no operator', 'opType', 'none')
  }
  const domain = domainOf(node.domain)
  // Operator sets came with the third version of the format.
  if (context.irVersion >= 3n && !context.opsets.has(domain)) {
    throw invalid(
      place,
      `the operator set of ${node.opType} is not imported`,
      [...context.opsets.keys()].map((name) => quote(name || 'ai.onnx')).join(' or ') || 'an opsetImport',
      quote(domain || 'ai.onnx'),
    )
  }
}

function validateOutputs(graph: GraphProto, place: string, scope: Scope): void {
  graph.output.forEach((output, index) => {
    const at = `${place}.output[${index}]`
    const name = named(output, at)
    if (output.type !== undefined) validateType(output.type, `${at}.type`)
    if (scope.find(name) !== undefined) return
    throw invalid(at, `nothing computes the output ${quote(name)}`, 'a name of the graph', 'none')
  })
}

function validateAnnotations(graph: GraphProto, place: string, scope: Scope): void {
  graph.quantizationAnnotation.forEach(({ tensorName, quantParameterTensorNames }, index) => {
    const at = `${place}.quantizationAnnotation[${index}]`
    const parameters = quantParameterTensorNames.map(({ value }) => value)
    for (const name of [tensorName, ...parameters]) {
      if (name !== undefined && scope.find(name) !== undefined) continue
      throw invalid(at, 'it is about something that is not there', 'a name of the graph', quote(name))
    }
  })
}

function named({ name }: ValueInfoProto, place: string): string {
  if (name !== undefined && name !== '') return name
  throw invalid(place, 'it has no name', 'a name', 'none')
}
