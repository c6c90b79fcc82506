import { domainOf, functionKey } from '../domains.js'
import type { FunctionProto, ModelProto, NodeProto } from '../schema.js'
import { validateAttributes } from './attributes.js'
import { type ModelContext, readOpsets } from './context.js'
import { validateNodes } from './graph.js'
import { invalid, quote } from './invalid.js'
import { Scope } from './scope.js'

/** More than any model has; libraries put the body of a function in the place of each call. */
export const MAX_EXPANDED_NODES = 1_000_000

/** The functions of a model by {@link functionKey}. */
export function readFunctions(model: ModelProto): ReadonlyMap<string, FunctionProto> {
  const functions = new Map<string, FunctionProto>()
  model.functions.forEach((definition, index) => {
    const { name, domain, overload } = definition
    const at = `functions[${index}]`
    if (name === undefined || name === '') throw invalid(at, 'a function has no name', 'a name', 'none')
    const key = functionKey(domain, name, overload)
    if (functions.has(key)) {
      const full = `${domainOf(domain) || 'ai.onnx'}.${name}`
      throw invalid(at, 'two functions have one name', 'each name once', quote(full))
    }
    functions.set(key, definition)
  })
  return functions
}

/** Checks the bodies of a model's functions. */
export function validateFunctions(model: ModelProto, context: ModelContext): void {
  model.functions.forEach((definition, index) => {
    const at = `functions[${index}] (${quote(definition.name)})`
    const opsets = readOpsets(definition.opsetImport, `${at}.opsetImport`)
    const inner: ModelContext = { ...context, inFunction: true, opsets }
    const scope = new Scope()
    definition.input.forEach((name, position) => {
      if (name === '' || scope.own(name) !== undefined) {
        throw invalid(`${at}.input[${position}]`, 'inputs need names of their own', 'a new name', quote(name))
      }
      scope.define(name, `${at}.input[${position}]`)
    })
    validateAttributes({ attribute: definition.attributeProto }, `${at} default`, inner, () => {})
    validateNodes(definition.node, `${at}.node`, scope, inner)
    for (const name of definition.output) {
      if (scope.find(name) === undefined)
        throw invalid(at, `nothing computes the output ${quote(name)}`, 'a name of the function', 'none')
    }
  })
}

/** Checks that no function calls itself, over however many others, and that all calls together stay bounded. */
export function validateCalls(model: ModelProto, context: ModelContext): void {
  const sizes = new Map<string, number>()
  const open = new Set<string>()
  const calls = new Map<string, readonly string[]>()
  // By hand, since a chain of functions may be longer than the stack is deep.
  for (const root of context.functions.keys()) {
    const path: { key: string; next: number }[] = [{ key: root, next: 0 }]
    while (path.length > 0) {
      const frame = path[path.length - 1]
      if (frame === undefined) break
      const { key } = frame
      if (sizes.has(key)) {
        path.pop()
        continue
      }
      open.add(key)
      const definition = context.functions.get(key)
      const called = calls.get(key) ?? calledIn(definition?.node ?? [], context)
      calls.set(key, called)
      const next = called[frame.next++]
      if (next === undefined) {
        sizes.set(key, expandedSize(definition?.node ?? [], context, sizes))
        open.delete(key)
        path.pop()
      } else if (open.has(next)) {
        throw invalid(
          `functions (${quote(definition?.name)})`,
          'a function calls itself',
          'no recursion',
          next,
        )
      } else path.push({ key: next, next: 0 })
    }
  }
  const total = expandedSize(model.graph?.node ?? [], context, sizes)
  if (total > MAX_EXPANDED_NODES) {
    throw invalid(
      'functions',
      'calls of functions multiply without measure',
      `at most ${MAX_EXPANDED_NODES} nodes when all are put in place`,
      String(total),
    )
  }
}

function calledIn(nodes: readonly NodeProto[], context: ModelContext): readonly string[] {
  const called = new Set<string>()
  eachNode(nodes, (node) => {
    const key = functionKey(node.domain, node.opType, node.overload)
    if (context.functions.has(key)) called.add(key)
  })
  return [...called]
}

function expandedSize(
  nodes: readonly NodeProto[],
  context: ModelContext,
  sizes: ReadonlyMap<string, number>,
): number {
  let total = 0
  eachNode(nodes, (node) => {
    const key = functionKey(node.domain, node.opType, node.overload)
    total += context.functions.has(key) ? (sizes.get(key) ?? 0) + 1 : 1
  })
  return total
}

function eachNode(nodes: readonly NodeProto[], visit: (node: NodeProto) => void): void {
  for (const node of nodes) {
    visit(node)
    for (const { g, graphs } of node.attribute) {
      if (g !== undefined) eachNode(g.node, visit)
      for (const graph of graphs) eachNode(graph.node, visit)
    }
  }
}
