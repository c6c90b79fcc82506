import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { checkModel, checkNames } from '../../arguments.js'
import type { GraphProto, ModelProto } from '../schema.js'
import { readOpsets } from '../validate/context.js'
import { readFunctions } from '../validate/functions.js'
import { validateOnnx } from '../validate/model.js'
import { Caster, type KeptNode } from './caster.js'
import { defineInitializers } from './constants.js'
import type { HalfLosses, HalfType } from './half.js'
import { declarations, declaredType, Names, Scope } from './scope.js'

/** How a model is cast. */
export interface OnnxCastOptions {
  /** What to compute in. Default: `'float16'`. */
  readonly type?: HalfType
  /** Names of nodes, and of operators such as `Softmax`, that go on computing in float32. Default: none. */
  readonly keep?: readonly string[]
}

/** A model that was cast, and what that cost. */
export interface OnnxCast extends Readonly<HalfLosses> {
  /** The new model; the one that was given is as it was. */
  readonly model: ModelProto
  /** Nodes that compute in float32 still, with the reason; those inside a kept node are not listed. */
  readonly kept: readonly KeptNode[]
}

const OPTIONS: NamesOf<OnnxCastOptions> = { type: true, keep: true }

/**
 * A model that computes in 16 bits what it computed in float32. Its inputs and outputs stay what they are.
 *
 * - Weights and other constants are rounded to the nearest, ties to even; {@link OnnxCast.clamped} and {@link OnnxCast.raised} count those
 *   that the type has no number for.
 * - Operators that do not take the type in the model's version of the operator set stay float32, and so do those that compute with sizes;
 *   casts are put around them. {@link OnnxCast.kept} lists them.
 * - Bodies of `If`, `Loop` and `Scan`, and functions, are cast like the graph. What is not float32 does not change.
 *
 * @param model - with its external data loaded.
 * @throws EdgeError `MODEL_INVALID` where {@link validateOnnx} refuses the model; `MODEL_UNSUPPORTED` for one that is quantized or trained,
 *   of an operator set before casts to that type, or with values of which nobody knows the type; `INVALID_ARGUMENT` for external data, and
 *   for a name in `keep` that nothing has.
 *
 * @example
 * ```ts
 * const { model, directory } = await readOnnxFile('model.onnx')
 * const cast = castOnnxToHalf(await loadExternalData(model, directory), { keep: ['Softmax'] })
 * await writeOnnxFile('model.fp16.onnx', cast.model)
 * ```
 */
export function castOnnxToHalf(model: ModelProto, options: OnnxCastOptions = {}): OnnxCast {
  checkModel(model, 'opsetImport', 'readOnnx')
  checkOptionNames(options, OPTIONS, 'castOnnxToHalf')
  const { type = 'float16', keep = [] } = options
  checkType(type)
  checkNames(keep)
  // What follows counts on names being given before they are used, and on functions that do not call themselves.
  validateOnnx(model)
  const opsets = readOpsets(model.opsetImport, 'opsetImport')
  checkCastable(model, opsets.get('') ?? 0n, type)
  const names = new Names()
  const present = collectNames(model, names)
  const unknown = keep.find((name) => !present.has(name))
  if (unknown !== undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'there is nothing of that name to keep',
      expected: 'the name of a node, or an operator that the model has',
      found: JSON.stringify(unknown),
    })
  }
  const { graph } = withConstantInitializers(model)
  const caster = new Caster(type, names, new Set(keep), readFunctions(model))
  const cast = castMain(graph, caster, opsets)
  return {
    model: {
      ...model,
      ...(model.irVersion !== undefined && model.irVersion < 4n && { irVersion: 4n }),
      graph: cast,
      functions: caster.functions.calledFrom(cast.node),
    },
    ...caster.losses,
    kept: caster.kept,
  }
}

function castMain(graph: GraphProto, caster: Caster, opsets: ReadonlyMap<string, bigint>): GraphProto {
  const reserved = new Set(graph.output.map(({ name = '' }) => name))
  const scope = new Scope(caster.half, caster.names, undefined, declarations(graph), reserved)
  for (const input of graph.input) scope.defineAs(input.name ?? '', 'full', declaredType(input))
  const overridable = new Set(graph.input.map(({ name = '' }) => name))
  const initializers = defineInitializers(graph, scope, overridable)
  caster.castNodes(graph.node, scope, { opsets, isKept: false })
  for (const name of reserved) scope.want(name, 'full')
  return caster.finish(graph, scope, initializers)
}

/** Before version 4 of the format every initializer was an input as well, and nobody could give another value. */
function withConstantInitializers({ irVersion, graph }: ModelProto): { readonly graph: GraphProto } {
  if (graph === undefined) throw new EdgeError('INTERNAL', { summary: 'a validated model has no graph' })
  if (irVersion === undefined || irVersion >= 4n) return { graph }
  const constants = new Set(graph.initializer.map(({ name }) => name))
  return { graph: { ...graph, input: graph.input.filter(({ name }) => !constants.has(name)) } }
}

function checkType(type: unknown): void {
  if (type === 'float16' || type === 'bfloat16') return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'a model cannot be cast to that type',
    expected: "'float16' or 'bfloat16'",
    found: String(type),
  })
}

function checkCastable(model: ModelProto, opset: bigint, type: HalfType): void {
  const least = type === 'float16' ? 6n : 13n
  if (opset < least) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `the model is of an operator set that has no casts to ${type}`,
      expected: `version ${least} of ONNX's operators, or later`,
      found: opset === 0n ? 'none' : String(opset),
      remedy: "Export the model again with a later version, or use ONNX's version converter.",
    })
  }
  if (model.trainingInfo.length > 0) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: 'the model says how it is trained',
      expected: 'a model for inference',
      found: 'training_info',
    })
  }
}

/** Notes all names that a new one must not be; gives those of nodes and operators. */
function collectNames(model: ModelProto, names: Names): ReadonlySet<string> {
  const present = new Set<string>()
  const visit = (graph: Pick<GraphProto, 'node'> & Partial<GraphProto>): void => {
    for (const { name } of [...(graph.input ?? []), ...(graph.initializer ?? [])]) names.take(name ?? '')
    for (const { values } of graph.sparseInitializer ?? []) names.take(values?.name ?? '')
    for (const { name = '', opType = '', output, attribute } of graph.node) {
      for (const each of [name, opType]) {
        names.take(each)
        if (each !== '') present.add(each)
      }
      for (const each of output) names.take(each)
      for (const { g, graphs } of attribute) for (const inner of g === undefined ? graphs : [g]) visit(inner)
    }
  }
  if (model.graph !== undefined) visit(model.graph)
  for (const { name = '', input, node } of model.functions) {
    for (const each of [name, ...input]) names.take(each)
    visit({ node })
  }
  return present
}
