import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import {
  checkListLength,
  checkNotEmpty,
  checkOutputShape,
  checkPositive,
  checkRank,
  checkResultShape,
  MAX_EXTENT,
} from './bounds.js'

/** What operators take for granted whose result is as large as a constant says. */
export const RESIZING_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['RESIZE_BILINEAR', resize],
  ['RESIZE_NEAREST_NEIGHBOR', resize],
  ['PAD', pad],
  ['PADV2', pad],
  ['MIRROR_PAD', mirrorPad],
  ['TILE', tile],
  ['BROADCAST_TO', broadcastTo],
]

function resize(operator: OperatorView): void {
  checkRank(operator, 0, 4)
  checkNotEmpty(operator, 0)
  const size = operator.integers(1)
  if (size === undefined) return
  checkListLength(operator, 1, size, 2)
  for (const extent of size) checkPositive(operator, 'its size', extent)
  const [batch = 1, , , channels = 1] = operator.shape(0) ?? []
  const result = [batch, ...size, channels]
  checkResultShape(operator, 'its size', result)
  if (operator.fixedShape(0) !== undefined) checkOutputShape(operator, 0, result)
}

function pad(operator: OperatorView): void {
  const shape = operator.shape(0)
  const paddings = paddingsOf(operator, shape)
  if (shape === undefined || paddings === undefined) return
  checkPadded(operator, shape, paddings)
}

function mirrorPad(operator: OperatorView): void {
  const shape = operator.shape(0)
  const paddings = paddingsOf(operator, shape)
  if (shape === undefined || paddings === undefined) return
  checkPadded(operator, shape, paddings)
  const REFLECT = 0
  const border = (operator.options('MirrorPadOptions')?.mode ?? REFLECT) === REFLECT ? 1 : 0
  paddings.forEach((padding, at) => {
    const most = (shape[at >> 1] ?? 0) - border
    if (padding > most)
      throw operator.error('its paddings', `at most ${most} along dimension ${at >> 1}`, padding)
  })
}

function paddingsOf(operator: OperatorView, shape: Int32Array | undefined): readonly number[] | undefined {
  const paddings = operator.integers(1)
  const table = operator.shape(1)
  if (table !== undefined && (table.length !== 2 || table[1] !== 2)) {
    throw operator.error('its paddings', 'a table of two columns', `one of shape [${table.join(', ')}]`)
  }
  if (paddings === undefined) return undefined
  if (shape !== undefined) checkListLength(operator, 1, paddings, 2 * shape.length)
  for (const padding of paddings) {
    if (padding < 0 || padding > MAX_EXTENT)
      throw operator.error('its paddings', `0 to ${MAX_EXTENT}`, padding)
  }
  return paddings
}

function checkPadded(operator: OperatorView, shape: Int32Array, paddings: readonly number[]): void {
  const result = Array.from(shape, (size, at) => size + (paddings[2 * at] ?? 0) + (paddings[2 * at + 1] ?? 0))
  checkResultShape(operator, 'the result of its paddings', result)
  if (operator.fixedShape(0) !== undefined) checkOutputShape(operator, 0, result)
}

function tile(operator: OperatorView): void {
  const shape = operator.shape(0)
  const multiples = operator.integers(1)
  if (multiples === undefined) return
  if (shape !== undefined) checkListLength(operator, 1, multiples, shape.length)
  const result = multiples.map((multiple, at) => multiple * (shape?.[at] ?? 1))
  checkResultShape(operator, 'the result of its multiples', result)
  if (operator.fixedShape(0) !== undefined) checkOutputShape(operator, 0, result)
}

function broadcastTo(operator: OperatorView): void {
  const target = operator.integers(1)
  if (target === undefined) return
  checkResultShape(operator, 'its target shape', target)
  const shape = operator.shape(0)
  if (shape === undefined) return
  const ahead = target.length - shape.length
  if (ahead < 0 || target.length > 8)
    throw operator.error('its target shape', `${shape.length} to 8 sizes`, target.length)
  shape.forEach((size, at) => {
    if (size !== 1 && size !== target[at + ahead]) {
      throw operator.error(
        'its target shape',
        `${size} at dimension ${at + ahead}`,
        target[at + ahead] ?? 'none',
      )
    }
  })
  if (operator.fixedShape(0) !== undefined) checkOutputShape(operator, 0, target)
}
