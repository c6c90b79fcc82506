import { SCALAR_BYTES, type ScalarValue } from './plan.js'
import type { ScalarName } from './schema.js'

/**
 * A vector of scalars over the bytes of a file, which the caller has checked to lie inside.
 *
 * @param at - where the first element is.
 * @returns a view where the memory is aligned, a copy where it is not; of booleans always an array.
 */
export function scalarVector(bytes: Uint8Array, at: number, length: number, scalar: ScalarName): object {
  if (scalar === 'ubyte') return bytes.subarray(at, at + length)
  const size = SCALAR_BYTES[scalar]
  const aligned = (bytes.byteOffset + at) % size === 0
  // A typed array begins at a multiple of its element's size; a file read from a pool may lie anywhere.
  const memory = aligned ? bytes.buffer : bytes.slice(at, at + length * size).buffer
  const offset = aligned ? bytes.byteOffset + at : 0
  switch (scalar) {
    case 'bool':
      return Array.from(new Uint8Array(memory, offset, length), (value) => value !== 0)
    case 'byte':
      return new Int8Array(memory, offset, length)
    case 'short':
      return new Int16Array(memory, offset, length)
    case 'ushort':
      return new Uint16Array(memory, offset, length)
    case 'int':
      return new Int32Array(memory, offset, length)
    case 'uint':
      return new Uint32Array(memory, offset, length)
    case 'float':
      return new Float32Array(memory, offset, length)
    case 'long':
      return new BigInt64Array(memory, offset, length)
    case 'ulong':
      return new BigUint64Array(memory, offset, length)
  }
}

/**
 * The elements of a vector that is to be written, or undefined where `value` is not of the class that {@link VectorTypes} names: a
 * class that holds no value out of range.
 */
export function vectorElements(value: object, scalar: ScalarName): ArrayLike<ScalarValue> | undefined {
  switch (scalar) {
    case 'bool':
      return Array.isArray(value) && value.every(isBoolean) ? value : undefined
    case 'byte':
      return value instanceof Int8Array ? value : undefined
    case 'ubyte':
      return value instanceof Uint8Array ? value : undefined
    case 'short':
      return value instanceof Int16Array ? value : undefined
    case 'ushort':
      return value instanceof Uint16Array ? value : undefined
    case 'int':
      return value instanceof Int32Array ? value : undefined
    case 'uint':
      return value instanceof Uint32Array ? value : undefined
    case 'float':
      return value instanceof Float32Array ? value : undefined
    case 'long':
      return value instanceof BigInt64Array ? value : undefined
    case 'ulong':
      return value instanceof BigUint64Array ? value : undefined
  }
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
