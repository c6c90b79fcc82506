/** Models of layers: convolutions, pooling, products, in float32 and 8 bits; what grows and shrinks pictures. */
import { makeTable, type TfliteModel } from '@edge/model/tflite'
import { GraphWriter, type TensorSettings } from './graph-writer.js'

const RELU6 = 3
const [SAME, VALID] = [0, 1]

/** Convolutions, pooling, a dense layer and softmax, as picture classifiers have them. */
export function classifier(quantized: boolean): TfliteModel {
  const graph = new GraphWriter()
  const activations: TensorSettings = quantized ? { dtype: 'INT8', scale: 0.05 } : {}
  const filters = (channels: number, axis: number): TensorSettings =>
    quantized ? { dtype: 'INT8', scale: Array.from({ length: channels }, () => 0.02), axis } : {}
  const bias = (channels: number): TensorSettings =>
    quantized ? { dtype: 'INT32', scale: Array.from({ length: channels }, () => 0.001) } : {}
  const image = graph.input([1, 8, 8, 3], activations)
  const first = graph.operator(
    'CONV_2D',
    [image, graph.weights([4, 3, 3, 3], filters(4, 0)), graph.weights([4], bias(4))],
    [1, 4, 4, 4],
    {
      type: 'Conv2DOptions',
      value: makeTable('Conv2DOptions', {
        strideW: 2,
        strideH: 2,
        padding: SAME,
        fusedActivationFunction: RELU6,
      }),
    },
    activations,
  )
  const depthwise = graph.operator(
    'DEPTHWISE_CONV_2D',
    [first, graph.weights([1, 3, 3, 4], filters(4, 3)), graph.weights([4], bias(4))],
    [1, 4, 4, 4],
    {
      type: 'DepthwiseConv2DOptions',
      value: makeTable('DepthwiseConv2DOptions', {
        strideW: 1,
        strideH: 1,
        depthMultiplier: 1,
        padding: SAME,
      }),
    },
    activations,
  )
  const sum = graph.operator(
    'ADD',
    [first, depthwise],
    [1, 4, 4, 4],
    { type: 'AddOptions', value: makeTable('AddOptions', {}) },
    activations,
  )
  const pool = { strideW: 2, strideH: 2, filterWidth: 2, filterHeight: 2 }
  const largest = graph.operator(
    'MAX_POOL_2D',
    [sum],
    [1, 2, 2, 4],
    { type: 'Pool2DOptions', value: makeTable('Pool2DOptions', { ...pool, padding: VALID }) },
    activations,
  )
  const average = graph.operator(
    'AVERAGE_POOL_2D',
    [largest],
    [1, 1, 1, 4],
    { type: 'Pool2DOptions', value: makeTable('Pool2DOptions', { ...pool, padding: SAME }) },
    activations,
  )
  const flat = graph.operator(
    'RESHAPE',
    [average, graph.integers([1, 4])],
    [1, 4],
    { type: 'ReshapeOptions', value: makeTable('ReshapeOptions', { newShape: Int32Array.of(1, 4) }) },
    activations,
  )
  const dense = graph.operator(
    'FULLY_CONNECTED',
    [
      flat,
      graph.weights([5, 4], quantized ? { dtype: 'INT8', scale: 0.02 } : {}),
      graph.weights([5], bias(1)),
    ],
    [1, 5],
    { type: 'FullyConnectedOptions', value: makeTable('FullyConnectedOptions', {}) },
    activations,
  )
  const probabilities = graph.operator(
    'SOFTMAX',
    [dense],
    [1, 5],
    { type: 'SoftmaxOptions', value: makeTable('SoftmaxOptions', { beta: 1 }) },
    quantized ? { dtype: 'INT8', scale: 1 / 256, zeroPoint: -128 } : {},
  )
  graph.output(probabilities)
  return graph.model()
}

/** Transposed convolution, resizing, padding, and values moved between space, depth and batch. */
export function enlarger(): TfliteModel {
  const graph = new GraphWriter()
  const image = graph.input([1, 4, 4, 2])
  const transposed = graph.operator(
    'TRANSPOSE_CONV',
    [graph.integers([1, 8, 8, 3]), graph.weights([3, 2, 2, 2]), image],
    [1, 8, 8, 3],
    {
      type: 'TransposeConvOptions',
      value: makeTable('TransposeConvOptions', { strideW: 2, strideH: 2, padding: SAME }),
    },
  )
  const bilinear = graph.operator('RESIZE_BILINEAR', [transposed, graph.integers([6, 6])], [1, 6, 6, 3], {
    type: 'ResizeBilinearOptions',
    value: makeTable('ResizeBilinearOptions', { halfPixelCenters: true }),
  })
  const nearest = graph.operator(
    'RESIZE_NEAREST_NEIGHBOR',
    [bilinear, graph.integers([4, 4])],
    [1, 4, 4, 3],
    {
      type: 'ResizeNearestNeighborOptions',
      value: makeTable('ResizeNearestNeighborOptions', { alignCorners: true }),
    },
  )
  const padded = graph.operator(
    'PAD',
    [nearest, graph.integers([0, 0, 1, 1, 2, 0, 0, 0], [4, 2])],
    [1, 6, 6, 3],
    { type: 'PadOptions', value: makeTable('PadOptions', {}) },
  )
  const mirrored = graph.operator(
    'MIRROR_PAD',
    [padded, graph.integers([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])],
    [1, 8, 8, 3],
    { type: 'MirrorPadOptions', value: makeTable('MirrorPadOptions', {}) },
  )
  const deep = graph.operator('SPACE_TO_DEPTH', [mirrored], [1, 4, 4, 12], {
    type: 'SpaceToDepthOptions',
    value: makeTable('SpaceToDepthOptions', { blockSize: 2 }),
  })
  const wide = graph.operator('DEPTH_TO_SPACE', [deep], [1, 8, 8, 3], {
    type: 'DepthToSpaceOptions',
    value: makeTable('DepthToSpaceOptions', { blockSize: 2 }),
  })
  const [blocks, margins] = [graph.integers([2, 2]), graph.integers([0, 0, 0, 0], [2, 2])]
  const batches = graph.operator('SPACE_TO_BATCH_ND', [wide, blocks, margins], [4, 4, 4, 3])
  const whole = graph.operator('BATCH_TO_SPACE_ND', [batches, blocks, margins], [1, 8, 8, 3])
  const local = graph.operator('LOCAL_RESPONSE_NORMALIZATION', [whole], [1, 8, 8, 3], {
    type: 'LocalResponseNormalizationOptions',
    value: makeTable('LocalResponseNormalizationOptions', { radius: 1, bias: 1, alpha: 1, beta: 0.5 }),
  })
  const length = graph.operator('L2_NORMALIZATION', [local], [1, 8, 8, 3], {
    type: 'L2NormOptions',
    value: makeTable('L2NormOptions', {}),
  })
  graph.output(length)
  return graph.model()
}

/** Convolution in three dimensions, its transposition, and a product of batches of matrices. */
export function volumes(): TfliteModel {
  const graph = new GraphWriter()
  const volume = graph.input([1, 4, 4, 4, 1])
  const options = { strideD: 1, strideW: 1, strideH: 1, padding: SAME }
  const features = graph.operator('CONV_3D', [volume, graph.weights([2, 2, 2, 1, 2])], [1, 4, 4, 4, 2], {
    type: 'Conv3DOptions',
    value: makeTable('Conv3DOptions', options),
  })
  const back = graph.operator(
    'CONV_3D_TRANSPOSE',
    [graph.integers([1, 4, 4, 4, 1]), graph.weights([2, 2, 2, 1, 2]), features],
    [1, 4, 4, 4, 1],
    { type: 'Conv3DOptions', value: makeTable('Conv3DOptions', options) },
  )
  const [left, right] = [graph.input([2, 3, 4]), graph.input([2, 5, 4])]
  const product = graph.operator('BATCH_MATMUL', [left, right], [2, 3, 5], {
    type: 'BatchMatMulOptions',
    value: makeTable('BatchMatMulOptions', { adjY: true }),
  })
  graph.output(back, product)
  return graph.model()
}

/** A dense layer with 8-bit weights and float activations, as dynamic-range quantization makes them. */
export function hybrid(): TfliteModel {
  const graph = new GraphWriter()
  const input = graph.input([2, 8])
  const dense = graph.operator(
    'FULLY_CONNECTED',
    [input, graph.weights([4, 8], { dtype: 'INT8', scale: 0.02 }), graph.weights([4])],
    [2, 4],
    {
      type: 'FullyConnectedOptions',
      value: makeTable('FullyConnectedOptions', { asymmetricQuantizeInputs: true }),
    },
  )
  const quantized = graph.operator('QUANTIZE', [dense], [2, 4], undefined, { dtype: 'INT8', scale: 0.1 })
  const real = graph.operator('DEQUANTIZE', [quantized], [2, 4])
  graph.output(real)
  return graph.model()
}
