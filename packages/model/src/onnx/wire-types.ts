import type { Scalar } from './field-types.js'

// How a value is laid out: the lower three bits of its tag.
export const VARINT = 0
export const FIXED64 = 1
/** A length, then so many bytes: text, bytes, a message, or numbers in one block. */
export const BLOCK = 2
export const FIXED32 = 5

/** How a single value of a scalar type is laid out. */
export function wireTypeOf(type: Scalar): number {
  switch (type) {
    case 'int32':
    case 'int64':
    case 'uint64':
      return VARINT
    case 'float':
      return FIXED32
    case 'double':
      return FIXED64
    case 'string':
    case 'bytes':
      return BLOCK
  }
}
