/** Models that end TensorFlow Lite's library, at least of version 2.20: each of the kind that validation is there for. */
import {
  makeTable,
  type TfliteModel,
  type TfliteOperator,
  type TfliteOptions,
  type TfliteSubGraph,
  type TfliteTensor,
  writeTflite,
} from '@edge/model/tflite'
import { selection } from './seeds/arranging.js'
import { GraphWriter } from './seeds/graph-writer.js'
import { classifier } from './seeds/layers.js'

interface KnownCrash {
  readonly name: string
  readonly bytes: Uint8Array
}

export function knownCrashes(): readonly KnownCrash[] {
  return Object.entries({
    'a signature without names for its inputs': signatureWithoutNames(),
    'a graph that runs itself': graphThatRunsItself(),
    'a table with rows longer than their shape': longRows(),
    'an operator that needs its own result': ownResult(),
    'results that lead to no output': deadResults(),
  }).map(([name, model]) => ({ name, bytes: writeTflite(model).slice() }))
}

function signatureWithoutNames(): TfliteModel {
  return {
    ...selection(),
    signatureDefs: [makeTable('SignatureDef', { signatureKey: 'run', inputs: [], outputs: [] })],
  }
}

function graphThatRunsItself(): TfliteModel {
  const graph = new GraphWriter()
  const [choice, value] = [graph.input([1], { dtype: 'BOOL' }), graph.input([2])]
  const options: TfliteOptions = {
    type: 'IfOptions',
    value: makeTable('IfOptions', { thenSubgraphIndex: 0, elseSubgraphIndex: 0 }),
  }
  graph.output(graph.operator('IF', [choice, choice, value], [2], options))
  return graph.model()
}

function longRows(): TfliteModel {
  const graph = new GraphWriter()
  const [places, rows] = [graph.input([512], { dtype: 'INT32' }), graph.weights([2, 4096])]
  graph.output(graph.operator('EMBEDDING_LOOKUP', [places, rows], [512, 1]))
  return withTensor(graph.model(), rows, { shape: Int32Array.of(2, 1) })
}

function ownResult(): TfliteModel {
  const graph = new GraphWriter()
  const result = graph.operator('ABS', [graph.input([4])], [4])
  graph.output(result)
  return withGraph(graph.model(), ({ operators = [] }) => ({
    operators: operators.map((operator): TfliteOperator => ({ ...operator, inputs: Int32Array.of(result) })),
  }))
}

function deadResults(): TfliteModel {
  return withGraph(classifier(false), ({ operators = [] }) => ({ outputs: operators[2]?.outputs }))
}

function withTensor(model: TfliteModel, index: number, change: Partial<TfliteTensor>): TfliteModel {
  return withGraph(model, ({ tensors = [] }) => ({
    tensors: tensors.map((tensor, at) => (at === index ? { ...tensor, ...change } : tensor)),
  }))
}

function withGraph(
  model: TfliteModel,
  change: (graph: TfliteSubGraph) => Partial<TfliteSubGraph>,
): TfliteModel {
  return { ...model, subgraphs: model.subgraphs?.map((graph) => ({ ...graph, ...change(graph) })) }
}
