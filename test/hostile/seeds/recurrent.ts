/** Models with memory: an LSTM, a recurrent layer, an SVD filter. */
import { makeTable, type TfliteModel } from '@edge/model/tflite'
import { GraphWriter } from './graph-writer.js'

const TANH = 4
const ABSENT = -1
const STATE = { isVariable: true } as const

/** An LSTM over four steps of three values, with four units. */
export function lstm(): TfliteModel {
  const [steps, width, units] = [4, 3, 4]
  const graph = new GraphWriter()
  const sequence = graph.input([1, steps, width])
  const each = (count: number, shape: readonly number[]): number[] =>
    Array.from({ length: count }, () => graph.weights(shape))
  const result = graph.operator(
    'UNIDIRECTIONAL_SEQUENCE_LSTM',
    [
      sequence,
      ...each(4, [units, width]),
      ...each(4, [units, units]),
      ...[ABSENT, ABSENT, ABSENT],
      ...each(4, [units]),
      ...[ABSENT, ABSENT],
      ...[graph.tensor([1, units], STATE), graph.tensor([1, units], STATE)],
      ...[ABSENT, ABSENT, ABSENT, ABSENT],
    ],
    [1, steps, units],
    {
      type: 'UnidirectionalSequenceLSTMOptions',
      value: makeTable('UnidirectionalSequenceLSTMOptions', { fusedActivationFunction: TANH }),
    },
  )
  graph.output(result)
  return graph.model()
}

/** A recurrent layer over a sequence, and one step of another. */
export function recurrent(): TfliteModel {
  const [width, units] = [3, 4]
  const graph = new GraphWriter()
  const sequence = graph.input([1, 5, width])
  const all = graph.operator(
    'UNIDIRECTIONAL_SEQUENCE_RNN',
    [
      ...[sequence, graph.weights([units, width]), graph.weights([units, units]), graph.weights([units])],
      graph.tensor([1, units], STATE),
    ],
    [1, 5, units],
    {
      type: 'SequenceRNNOptions',
      value: makeTable('SequenceRNNOptions', { fusedActivationFunction: TANH }),
    },
  )
  const step = graph.input([1, width])
  const one = graph.operator(
    'RNN',
    [
      ...[step, graph.weights([units, width]), graph.weights([units, units]), graph.weights([units])],
      graph.tensor([1, units], STATE),
    ],
    [1, units],
    { type: 'RNNOptions', value: makeTable('RNNOptions', { fusedActivationFunction: TANH }) },
  )
  graph.output(all, one)
  return graph.model()
}

/** A filter of rank 2 with a memory of three steps. */
export function svdf(): TfliteModel {
  const [width, units, rank, memory] = [3, 4, 2, 3]
  const graph = new GraphWriter()
  const input = graph.input([1, width])
  const result = graph.operator(
    'SVDF',
    [
      ...[input, graph.weights([units * rank, width]), graph.weights([units * rank, memory])],
      ...[graph.weights([units]), graph.tensor([1, memory * units * rank], STATE)],
    ],
    [1, units],
    { type: 'SVDFOptions', value: makeTable('SVDFOptions', { rank }) },
  )
  graph.output(result)
  return graph.model()
}
