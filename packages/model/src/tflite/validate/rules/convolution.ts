import { elementCount } from '../../constants.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import {
  checkNotEmpty,
  checkOutputShape,
  checkPositive,
  checkRank,
  checkResultShape,
  MAX_WINDOW,
} from './bounds.js'

/** What convolutions and pooling take for granted: that strides, dilations, windows and channels are there to divide by. */
export const CONVOLUTION_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['CONV_2D', conv2d],
  ['DEPTHWISE_CONV_2D', depthwiseConv2d],
  ['TRANSPOSE_CONV', transposeConv],
  ['CONV_3D', conv3d],
  ['CONV_3D_TRANSPOSE', conv3dTranspose],
  ['AVERAGE_POOL_2D', pool],
  ['MAX_POOL_2D', pool],
  ['L2_POOL_2D', pool],
]

/** A window that moves along one dimension. */
interface Window {
  readonly size: number
  readonly stride: number
  readonly dilation: number
}

const SAME = 0

function conv2d(operator: OperatorView): void {
  const options = operator.requiredOptions('Conv2DOptions')
  checkOperand(operator, 0, 4)
  checkOperand(operator, 1, 4)
  const [filters = 1, height = 1, width = 1, channels = 1] = operator.shape(1) ?? []
  const windows = [
    { size: height, stride: options.strideH, dilation: options.dilationHFactor },
    { size: width, stride: options.strideW, dilation: options.dilationWFactor },
  ]
  windows.forEach((window) => {
    checkWindow(operator, window)
  })
  if (operator.shape(1) === undefined) return
  checkBias(operator, 2, filters)
  const inputChannels = operator.shape(0)?.[3] ?? channels
  if (inputChannels % channels !== 0 || filters % (inputChannels / channels) !== 0) {
    const expected = `a divisor of ${inputChannels} that makes equal groups`
    throw operator.error('the channels of its filter', expected, channels)
  }
  checkPlaces(operator, options.padding, windows, filters)
}

function depthwiseConv2d(operator: OperatorView): void {
  const options = operator.requiredOptions('DepthwiseConv2DOptions')
  checkOperand(operator, 0, 4)
  checkOperand(operator, 1, 4)
  const [batch = 1, height = 1, width = 1, channels = 1] = operator.shape(1) ?? []
  const windows = [
    { size: height, stride: options.strideH, dilation: options.dilationHFactor },
    { size: width, stride: options.strideW, dilation: options.dilationWFactor },
  ]
  windows.forEach((window) => {
    checkWindow(operator, window)
  })
  if (operator.shape(1) === undefined) return
  if (batch !== 1) throw operator.error('the first size of its filter', '1', batch)
  checkBias(operator, 2, channels)
  const inputChannels = operator.shape(0)?.[3] ?? channels
  if (channels % inputChannels !== 0) {
    throw operator.error('the channels of its filter', `a multiple of the input's ${inputChannels}`, channels)
  }
  const multiplier = channels / inputChannels
  // Kernels of several versions take one or the other for the truth. Zero has always meant: as the shapes say.
  if (options.depthMultiplier !== 0 && options.depthMultiplier !== multiplier) {
    throw operator.error('its depth_multiplier', `${multiplier}, as its shapes say`, options.depthMultiplier)
  }
  checkPlaces(operator, options.padding, windows, channels)
}

function transposeConv(operator: OperatorView): void {
  const options = operator.requiredOptions('TransposeConvOptions')
  const result = resultOf(operator, 4)
  checkOperand(operator, 1, 4)
  checkOperand(operator, 2, 4)
  const filter = operator.shape(1)
  const [filters = 1, height = 1, width = 1, channels = 1] = filter ?? []
  const windows = [
    { size: height, stride: options.strideH, dilation: 1 },
    { size: width, stride: options.strideW, dilation: 1 },
  ]
  windows.forEach((window) => {
    checkWindow(operator, window)
  })
  if (filter === undefined) return
  checkBias(operator, 3, filters)
  const input = operator.shape(2)
  if (input !== undefined && input[3] !== channels) {
    throw operator.error('the channels of its filter', `the input's ${input[3]}`, channels)
  }
  if (result === undefined) return
  if (result[3] !== filters) {
    throw operator.error(
      'the channels of its output shape',
      `${filters}, as many as filters`,
      result[3] ?? 'none',
    )
  }
  // It is the gradient of a convolution that makes its input out of its result.
  checkGradient(operator, result, options.padding, windows)
}

function conv3d(operator: OperatorView): void {
  checkOperand(operator, 0, 5)
  checkOperand(operator, 1, 5)
  const { padding, windows } = windows3d(operator)
  const filter = operator.shape(1)
  if (filter === undefined) return
  const [channels = 1, filters = 1] = filter.subarray(3)
  checkBias(operator, 2, filters)
  const input = operator.shape(0)
  if (input !== undefined && input[4] !== channels) {
    throw operator.error('the channels of its filter', `the input's ${input[4]}`, channels)
  }
  checkPlaces(operator, padding, windows, filters)
}

function conv3dTranspose(operator: OperatorView): void {
  const result = resultOf(operator, 5)
  checkOperand(operator, 1, 5)
  checkOperand(operator, 2, 5)
  const { padding, windows } = windows3d(operator)
  const filter = operator.shape(1)
  if (filter === undefined) return
  checkBias(operator, 3, filter[3] ?? 0)
  const input = operator.shape(2)
  if (input !== undefined && input[4] !== filter[4]) {
    throw operator.error('the channels of its filter', `the input's ${input[4]}`, filter[4] ?? 'none')
  }
  if (result === undefined) return
  if (result[4] !== filter[3]) {
    throw operator.error(
      'the channels of its output shape',
      `${filter[3]}, as many as filters`,
      result[4] ?? 0,
    )
  }
  checkGradient(operator, result, padding, windows)
}

function windows3d(operator: OperatorView): { padding: number; windows: readonly Window[] } {
  const options = operator.requiredOptions('Conv3DOptions')
  const [depth = 1, height = 1, width = 1] = operator.shape(1) ?? []
  const windows = [
    { size: depth, stride: options.strideD, dilation: options.dilationDFactor },
    { size: height, stride: options.strideH, dilation: options.dilationHFactor },
    { size: width, stride: options.strideW, dilation: options.dilationWFactor },
  ]
  windows.forEach((window) => {
    checkWindow(operator, window)
  })
  return { padding: options.padding, windows }
}

function pool(operator: OperatorView): void {
  const options = operator.requiredOptions('Pool2DOptions')
  checkOperand(operator, 0, 4)
  const windows = [
    { size: options.filterHeight, stride: options.strideH, dilation: 1 },
    { size: options.filterWidth, stride: options.strideW, dilation: 1 },
  ]
  windows.forEach((window) => {
    checkPositive(operator, 'its filter size', window.size, MAX_WINDOW)
    checkWindow(operator, window)
  })
  checkPlaces(operator, options.padding, windows, operator.shape(0)?.[3] ?? 0)
}

function checkOperand(operator: OperatorView, at: number, rank: number): void {
  checkRank(operator, at, rank)
  checkNotEmpty(operator, at)
}

function checkWindow(operator: OperatorView, window: Window): void {
  checkPositive(operator, 'its stride', window.stride, MAX_WINDOW)
  checkPositive(operator, 'its dilation', window.dilation, MAX_WINDOW)
  const width = extent(window)
  if (width > MAX_WINDOW) throw operator.error('its dilated filter', `at most ${MAX_WINDOW} wide`, width)
}

function extent({ size, dilation }: Window): number {
  return (size - 1) * dilation + 1
}

/** How many places a window takes along one dimension, as the format's two ways of padding define it. */
function places(padding: number, size: number, window: Window): number {
  const { stride } = window
  return padding === SAME ? Math.ceil(size / stride) : Math.floor((size - extent(window) + stride) / stride)
}

/** Checks that windows fit into input 0, and that the output has as many places as they take. */
function checkPlaces(
  operator: OperatorView,
  padding: number,
  windows: readonly Window[],
  channels: number,
): void {
  const input = operator.fixedShape(0)
  if (input === undefined) return
  const sizes = windows.map((window, at) => places(padding, input[at + 1] ?? 0, window))
  if (sizes.some((size) => size < 1)) {
    throw operator.error('its filter', 'one that fits into its input', windows.map(extent).join(' × '))
  }
  checkOutputShape(operator, 0, [input[0] ?? 0, ...sizes, channels])
}

function checkGradient(
  operator: OperatorView,
  result: readonly number[],
  padding: number,
  windows: readonly Window[],
): void {
  const input = operator.fixedShape(2)
  if (input === undefined) return
  windows.forEach((window, at) => {
    const expected = places(padding, result[at + 1] ?? 0, window)
    if (input[at + 1] !== expected) {
      throw operator.error(
        `dimension ${at + 1} of its input`,
        `${expected}, as its output shape says`,
        input[at + 1] ?? 0,
      )
    }
  })
  if (input[0] !== result[0]) {
    throw operator.error('the batch of its output shape', `the input's ${input[0]}`, result[0] ?? 'none')
  }
  checkOutputShape(operator, 0, result)
}

/** The constant shape that a transposed convolution is to produce. */
function resultOf(operator: OperatorView, rank: number): readonly number[] | undefined {
  const result = operator.integers(0)
  if (result === undefined) return undefined
  if (result.length !== rank) throw operator.error('its output shape', `${rank} values`, result.length)
  checkResultShape(operator, 'its output shape', result)
  if (result.includes(0)) throw operator.error('its output shape', 'no size of 0', `[${result.join(', ')}]`)
  return result
}

function checkBias(operator: OperatorView, at: number, channels: number): void {
  const bias = operator.shape(at)
  if (bias !== undefined && elementCount(bias) !== channels) {
    throw operator.error('its bias', `${channels} values, one for each channel`, elementCount(bias))
  }
}
