import { EdgeError } from '@edge/errors'
import { checkModel, checkNames } from '../arguments.js'
import { nearestNames } from '../nearest-names.js'
import { constantBytes } from './constants.js'
import { makeTable, type TfliteModel, type TfliteSubGraph, type TfliteTable } from './model.js'

/** More outputs than this make runtimes slow, and are refused. */
export const MAX_EXPOSED_TENSORS = 64
/** How many names an error lists. */
const SHOWN_NAMES = 4

/**
 * Makes intermediate tensors of the first graph outputs of the model, so that a runtime gives them to whoever runs it. They come after the
 * outputs that there are, in the order of `names`; one that is an output already stays where it is.
 *
 * Signatures whose graph is the first get the new outputs too, under the tensors' own names: a runtime that goes by signatures would not
 * see them otherwise, and existing names stay what they were. A name that a signature uses for another tensor gets `:1`, `:2` …
 * after it.
 *
 * @param names - names of at most 64 tensors.
 * @returns a new model, with everything else shared with the old one.
 * @throws EdgeError `TENSOR_NOT_FOUND` for a name that the graph does not have, with names that it has; `INVALID_ARGUMENT` for more than
 *   64 names, a name that several tensors have, and tensors that are constants or inputs.
 *
 * @example
 * ```ts
 * const model = exposeTensors(readTflite(bytes), ['model/global_average_pooling2d/Mean'])
 * const file = writeTflite(model)
 * ```
 */
export function exposeTensors(model: TfliteModel, names: readonly string[]): TfliteModel {
  checkModel(model, 'subgraphs', 'readTflite')
  checkNames(names)
  if (names.length > MAX_EXPOSED_TENSORS) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'too many tensors are to become outputs at a time',
      expected: `at most ${MAX_EXPOSED_TENSORS}`,
      found: String(names.length),
      remedy: 'Expose some, run the model, and expose the others in another copy of it.',
    })
  }
  const [graph, ...others] = model.subgraphs ?? []
  if (graph === undefined) {
    throw new EdgeError('MODEL_INVALID', {
      summary: 'the TFLite model has no graph',
      expected: 'one or more',
    })
  }
  const outputs = new Set(graph.outputs)
  const results = resultsOf(graph)
  const added = [...new Set(names)].map((name) => ({ name, index: tensorNamed(model, name, results) }))
  const fresh = added.filter(({ index }) => !outputs.has(index))
  // Signatures may share their lists.
  const lists = new Map<readonly TensorMap[], readonly TensorMap[]>()
  const extended = (maps: readonly TensorMap[] = NONE): readonly TensorMap[] => {
    const list = lists.get(maps) ?? withOutputs(maps, fresh)
    lists.set(maps, list)
    return list
  }
  return {
    ...model,
    subgraphs: [
      { ...graph, outputs: Int32Array.from([...(graph.outputs ?? []), ...fresh.map(({ index }) => index)]) },
      ...others,
    ],
    signatureDefs: model.signatureDefs?.map((signature) =>
      signature.subgraphIndex === 0 ? { ...signature, outputs: extended(signature.outputs) } : signature,
    ),
  }
}

/** The tensors that operators write. */
function resultsOf({ operators = [] }: TfliteSubGraph): ReadonlySet<number> {
  const results = new Set<number>()
  // Operators may share their lists.
  for (const outputs of new Set(operators.map((operator) => operator.outputs))) {
    for (const output of outputs ?? []) results.add(output)
  }
  return results
}

function tensorNamed(model: TfliteModel, name: string, results: ReadonlySet<number>): number {
  const graph = model.subgraphs?.[0]
  const tensors = graph?.tensors ?? []
  const found = tensors.flatMap((tensor, index) => (tensor.name === name ? [index] : []))
  const [index, second] = found
  if (index === undefined) {
    const known = tensors.flatMap((tensor, at) => (results.has(at) && tensor.name ? [tensor.name] : []))
    throw new EdgeError('TENSOR_NOT_FOUND', {
      summary: `the model computes no tensor ${JSON.stringify(name)}`,
      expected:
        known.length > SHOWN_NAMES
          ? `one of ${known.length}, perhaps ${nearestNames(name, known, SHOWN_NAMES).join(' or ')}`
          : `one of ${known.join(', ')}`,
      found: JSON.stringify(name),
      remedy: 'Inspect the model for the names of its tensors.',
    })
  }
  if (second !== undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the model has several tensors with the name ${JSON.stringify(name)}`,
      expected: 'a name that one tensor has',
      found: `tensors ${found.join(', ')}`,
    })
  }
  const tensor = tensors[index]
  if (!results.has(index) || (tensor !== undefined && constantBytes(model, tensor) !== undefined)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the tensor ${JSON.stringify(name)} cannot become an output`,
      expected: 'the result of an operator',
      found: graph?.inputs?.includes(index) ? 'an input of the model' : 'a constant or a variable',
    })
  }
  return index
}

type TensorMap = TfliteTable<'TensorMap'>

const NONE: readonly TensorMap[] = []

function withOutputs(
  maps: readonly TensorMap[],
  fresh: readonly { readonly name: string; readonly index: number }[],
): readonly TensorMap[] {
  const used = new Set(maps.map(({ name }) => name))
  return [
    ...maps,
    ...fresh.map(({ name, index }) => {
      let free = name
      for (let count = 1; used.has(free); count += 1) free = `${name}:${count}`
      used.add(free)
      return makeTable('TensorMap', { name: free, tensorIndex: index })
    }),
  ]
}
