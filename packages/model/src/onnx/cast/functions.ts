import { functionKey } from '../domains.js'
import { onnxMessage } from '../message.js'
import type { FunctionProto, NodeProto } from '../schema.js'
import { readOpsets } from '../validate/context.js'
import type { Caster, NodeContext } from './caster.js'
import { declarationsOf, nodesOf } from './constants.js'
import { declarations, Scope, type ValueType } from './scope.js'

/** A function as some of its calls need it. */
export interface FunctionVariant {
  readonly name: string
  /** Types of its outputs, in the model as given. */
  readonly types: readonly ValueType[]
  readonly definition: FunctionProto
}

/** A model's functions: what their values are depends on who calls them, so that there is one for each combination of types. */
export class FunctionVariants {
  readonly #variants = new Map<string, FunctionVariant>()

  constructor(
    private readonly originals: ReadonlyMap<string, FunctionProto>,
    private readonly caster: Caster,
  ) {}

  has(key: string): boolean {
    return this.originals.has(key)
  }

  /** The function for arguments of these types. */
  variant(key: string, types: readonly ValueType[], isKept: boolean, context: NodeContext): FunctionVariant {
    const full = JSON.stringify([key, types, isKept])
    const known = this.#variants.get(full)
    if (known !== undefined) return known
    const original = this.originals.get(key) ?? onnxMessage('FunctionProto')
    const made = this.#make(original, types, isKept, context)
    this.#variants.set(full, made)
    return made
  }

  /** Those that are called, by a list of nodes or by each other. */
  calledFrom(nodes: readonly NodeProto[]): readonly FunctionProto[] {
    const all = new Map([...this.#variants.values()].map(({ definition }) => [keyOf(definition), definition]))
    const called = new Set<FunctionProto>()
    const visit = (list: readonly NodeProto[]): void => {
      for (const { domain, opType, overload, attribute } of list) {
        const definition = all.get(functionKey(domain, opType, overload))
        if (definition !== undefined && !called.has(definition)) {
          called.add(definition)
          visit(definition.node)
        }
        for (const { g, graphs } of attribute) {
          if (g !== undefined) visit(g.node)
          for (const graph of graphs) visit(graph.node)
        }
      }
    }
    visit(nodes)
    return [...called]
  }

  #make(
    original: FunctionProto,
    types: readonly ValueType[],
    isKept: boolean,
    context: NodeContext,
  ): FunctionVariant {
    const { half, names, losses } = this.caster
    const opsets = new Map(readOpsets(original.opsetImport, 'functions'))
    const opsetImport = [...original.opsetImport]
    if (!opsets.has('')) {
      // For the casts.
      const version = context.opsets.get('') ?? 0n
      opsets.set('', version)
      opsetImport.push(onnxMessage('OperatorSetIdProto', { domain: '', version }))
    }
    const scope = new Scope(half, names, undefined, declarations(original))
    const form = isKept ? 'full' : 'half'
    original.input.forEach((name, index) => {
      scope.defineAs(name, form, types[index] ?? 'other')
    })
    this.caster.castNodes(original.node, scope, { opsets, isKept })
    const outputTypes = original.output.map((name) => scope.find(name)?.type ?? 'other')
    const output = original.output.map((name) => scope.want(name, form))
    const name = isKept ? (original.name ?? '') : names.fresh(`${original.name ?? ''}_${half}`)
    const definition: FunctionProto = {
      ...original,
      name,
      output,
      node: nodesOf(scope, losses),
      opsetImport,
      valueInfo: declarationsOf(original.valueInfo, scope),
    }
    // One that stays as it is serves all types.
    return { name, types: outputTypes, definition: isKept ? original : definition }
  }
}

function keyOf({ domain, name, overload }: FunctionProto): string {
  return functionKey(domain, name, overload)
}
