/** Models that move, pick and combine values: what indexes with numbers from the file. */
import { enumValue, makeTable, type TfliteModel } from '@edge/model/tflite'
import { GraphWriter } from './graph-writer.js'

const INT32 = enumValue('TensorType', 'INT32')
const INT = { dtype: 'INT32' } as const
const BOOL = { dtype: 'BOOL' } as const

/** Picks by index: gathers, slices, the largest. */
export function selection(): TfliteModel {
  const graph = new GraphWriter()
  const rows = graph.input([4, 6])
  const places = graph.input([3], INT)
  const gathered = graph.operator('GATHER', [rows, graph.integers([2, 0, 1])], [3, 6], {
    type: 'GatherOptions',
    value: makeTable('GatherOptions', {}),
  })
  const chosen = graph.operator('GATHER', [rows, places], [4, 3], {
    type: 'GatherOptions',
    value: makeTable('GatherOptions', { axis: 1 }),
  })
  const points = graph.operator('GATHER_ND', [rows, graph.integers([0, 1, 3, 5], [2, 2])], [2])
  const values = graph.tensor([3, 2])
  const indices = graph.tensor([3, 2], INT)
  graph.operators('TOPK_V2', [gathered, graph.integers(2)], [values, indices], {
    type: 'TopKV2Options',
    value: makeTable('TopKV2Options', {}),
  })
  const slice = graph.operator('SLICE', [rows, graph.integers([1, 2]), graph.integers([2, -1])], [2, 4])
  const strided = graph.operator(
    'STRIDED_SLICE',
    [rows, graph.integers([0, 1]), graph.integers([4, 5]), graph.integers([2, 2])],
    [2, 2],
    { type: 'StridedSliceOptions', value: makeTable('StridedSliceOptions', { endMask: 1 }) },
  )
  const largest = graph.operator(
    'ARG_MAX',
    [rows, graph.integers(1)],
    [4],
    { type: 'ArgMaxOptions', value: makeTable('ArgMaxOptions', { outputType: INT32 }) },
    INT,
  )
  const hot = graph.operator('ONE_HOT', [places, graph.integers(5), graph.real(1), graph.real(0)], [3, 5], {
    type: 'OneHotOptions',
    value: makeTable('OneHotOptions', { axis: -1 }),
  })
  const embedded = graph.operator('EMBEDDING_LOOKUP', [places, graph.weights([4, 3])], [3, 3])
  graph.output(chosen, points, values, indices, slice, strided, largest, hot, embedded)
  return graph.model()
}

/** Puts together, takes apart and turns over. */
export function arrangement(): TfliteModel {
  const graph = new GraphWriter()
  const rows = graph.input([2, 6])
  const turned = graph.operator('TRANSPOSE', [rows, graph.integers([1, 0])], [6, 2])
  const both = graph.operator('CONCATENATION', [rows, rows], [2, 12], {
    type: 'ConcatenationOptions',
    value: makeTable('ConcatenationOptions', { axis: 1 }),
  })
  const halves = [graph.tensor([2, 6]), graph.tensor([2, 6])]
  graph.operators('SPLIT', [graph.integers(1), both], halves, {
    type: 'SplitOptions',
    value: makeTable('SplitOptions', { numSplits: 2 }),
  })
  const parts = [graph.tensor([2, 1]), graph.tensor([2, 5])]
  graph.operators('SPLIT_V', [rows, graph.integers([1, 5]), graph.integers(1)], parts, {
    type: 'SplitVOptions',
    value: makeTable('SplitVOptions', { numSplits: 2 }),
  })
  const packed = graph.operator('PACK', halves, [2, 2, 6], {
    type: 'PackOptions',
    value: makeTable('PackOptions', { valuesCount: 2, axis: 1 }),
  })
  const unpacked = [graph.tensor([2, 6]), graph.tensor([2, 6])]
  graph.operators('UNPACK', [packed], unpacked, {
    type: 'UnpackOptions',
    value: makeTable('UnpackOptions', { num: 2, axis: 1 }),
  })
  const tiled = graph.operator('TILE', [rows, graph.integers([2, 1])], [4, 6])
  const more = graph.operator('EXPAND_DIMS', [rows, graph.integers(0)], [1, 2, 6])
  const less = graph.operator('SQUEEZE', [more], [2, 6], {
    type: 'SqueezeOptions',
    value: makeTable('SqueezeOptions', { squeezeDims: Int32Array.of(0) }),
  })
  const spread = graph.operator('BROADCAST_TO', [less, graph.integers([3, 2, 6])], [3, 2, 6])
  const backwards = graph.operator('REVERSE_V2', [rows, graph.integers([1])], [2, 6])
  const shifted = graph.operator('REVERSE_SEQUENCE', [rows, graph.integers([3, 6])], [2, 6], {
    type: 'ReverseSequenceOptions',
    value: makeTable('ReverseSequenceOptions', { seqDim: 1, batchDim: 0 }),
  })
  const diagonal = graph.operator('MATRIX_DIAG', [rows], [2, 6, 6])
  graph.output(turned, ...parts, ...unpacked, tiled, spread, backwards, shifted, diagonal)
  return graph.model()
}

/** Sums along axes, segments and comparisons. */
export function reduction(): TfliteModel {
  const graph = new GraphWriter()
  const rows = graph.input([4, 6])
  const keep = { type: 'ReducerOptions', value: makeTable('ReducerOptions', { keepDims: true }) } as const
  const drop = { type: 'ReducerOptions', value: makeTable('ReducerOptions', {}) } as const
  const mean = graph.operator('MEAN', [rows, graph.integers([0])], [1, 6], keep)
  const sum = graph.operator('SUM', [rows, graph.integers([1])], [4], drop)
  const most = graph.operator('REDUCE_MAX', [rows, graph.integers([0, 1])], [], drop)
  const product = graph.operator('REDUCE_PROD', [rows, graph.integers([-1])], [4], drop)
  const running = graph.operator('CUMSUM', [rows, graph.integers(1)], [4, 6], {
    type: 'CumsumOptions',
    value: makeTable('CumsumOptions', {}),
  })
  const segments = graph.operator('SEGMENT_SUM', [rows, graph.integers([0, 0, 1, 1])], [2, 6])
  const unsorted = graph.operator(
    'UNSORTED_SEGMENT_SUM',
    [rows, graph.integers([1, 0, 2, 0]), graph.integers(3)],
    [3, 6],
  )
  const isGreater = graph.operator('GREATER', [rows, mean], [4, 6], undefined, BOOL)
  const picked = graph.operator('SELECT_V2', [isGreater, rows, running], [4, 6])
  const scattered = graph.operator(
    'SCATTER_ND',
    [graph.integers([1, 3], [2, 1]), graph.weights([2, 3]), graph.integers([4, 3])],
    [4, 3],
  )
  const dense = graph.operator(
    'SPARSE_TO_DENSE',
    [graph.integers([0, 2, 1, 1], [2, 2]), graph.integers([2, 3]), graph.weights([2]), graph.real(0)],
    [2, 3],
  )
  const updated = graph.operator(
    'DYNAMIC_UPDATE_SLICE',
    [rows, graph.weights([2, 2]), graph.integers([1, 3])],
    [4, 6],
  )
  graph.output(sum, most, product, segments, unsorted, picked, scattered, dense, updated)
  return graph.model()
}

/** Results as large as values say. */
export function generation(): TfliteModel {
  const graph = new GraphWriter()
  const rows = graph.input([2, 3])
  const count = graph.input([], INT)
  const shape = graph.operator(
    'SHAPE',
    [rows],
    [2],
    { type: 'ShapeOptions', value: makeTable('ShapeOptions', { outType: INT32 }) },
    INT,
  )
  const zeros = graph.operator('FILL', [shape, graph.real(0)], [2, 3])
  const ones = graph.operator('FILL', [graph.integers([2, 3]), graph.real(1)], [2, 3])
  const range = graph.operator(
    'RANGE',
    [graph.integers(0), graph.integers(6), graph.integers(2)],
    [3],
    undefined,
    INT,
  )
  const open = graph.tensor([0], INT)
  graph.operators('RANGE', [graph.integers(0), count, graph.integers(1)], [open])
  const rank = graph.operator('RANK', [rows], [], undefined, INT)
  const same = graph.operator('ZEROS_LIKE', [rows], [2, 3])
  const boxes = graph.tensor([3], INT)
  const scores = graph.tensor([3])
  const found = graph.tensor([], INT)
  graph.operators(
    'NON_MAX_SUPPRESSION_V5',
    [
      graph.weights([6, 4]),
      graph.weights([6]),
      graph.integers(3),
      ...[graph.real(0.5), graph.real(0), graph.real(0.5)],
    ],
    [boxes, scores, found],
  )
  graph.output(zeros, ones, range, open, rank, same, boxes, scores, found)
  return graph.model()
}

/** Operators that work value by value, with shapes that broadcast. */
export function arithmetic(): TfliteModel {
  const graph = new GraphWriter()
  const [left, right] = [graph.input([2, 3]), graph.input([1, 3])]
  const [count, divisor] = [graph.input([2, 3], INT), graph.weights([3], INT)]
  const shape = [2, 3]
  const sum = graph.operator('ADD', [left, right], shape, {
    type: 'AddOptions',
    value: makeTable('AddOptions', {}),
  })
  const product = graph.operator('MUL', [sum, left], shape, {
    type: 'MulOptions',
    value: makeTable('MulOptions', { fusedActivationFunction: 1 }),
  })
  const results = [
    graph.operator('SUB', [product, right], shape, {
      type: 'SubOptions',
      value: makeTable('SubOptions', {}),
    }),
    graph.operator('DIV', [left, product], shape, { type: 'DivOptions', value: makeTable('DivOptions', {}) }),
    ...(['SQUARED_DIFFERENCE', 'POW', 'MAXIMUM', 'MINIMUM'] as const).map((name) =>
      graph.operator(name, [left, right], shape),
    ),
    ...(['EXP', 'ABS', 'NEG', 'FLOOR', 'ELU', 'GELU', 'LOGISTIC', 'HARD_SWISH', 'LOG_SOFTMAX'] as const).map(
      (name) => graph.operator(name, [product], shape),
    ),
    graph.operator('PRELU', [left, graph.weights([3])], shape),
    graph.operator('LEAKY_RELU', [left], shape, {
      type: 'LeakyReluOptions',
      value: makeTable('LeakyReluOptions', { alpha: 0.2 }),
    }),
    graph.operator('ADD_N', [left, sum, product], shape),
    graph.operator('FLOOR_DIV', [left, graph.weights([3])], shape),
    graph.operator('FLOOR_MOD', [count, divisor], shape, undefined, INT),
    graph.operator('CAST', [count], shape),
    graph.operator('LESS_EQUAL', [left, right], shape, undefined, BOOL),
  ]
  graph.output(...results)
  return graph.model()
}
