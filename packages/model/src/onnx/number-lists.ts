import type { NumericScalar } from './field-types.js'

type NumberArray = Int32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array

/** Takes the numbers of one repeated field as they are read, and grows as needed. */
export interface NumberList {
  /** Makes room for so many more, exactly where it is the first time. */
  reserve(count: number): void
  add(value: number | bigint): void
  /** Takes little-endian values as they are in the file; for `float` and `double`. */
  addBytes(bytes: Uint8Array): void
  /** The numbers so far, in an array of their own length. */
  finish(): NumberArray
}

class GrowingList<A extends NumberArray> implements NumberList {
  #array: A
  #length = 0

  constructor(
    private readonly make: (length: number) => A,
    private readonly put: (array: A, index: number, value: number | bigint) => void,
  ) {
    this.#array = make(0)
  }

  reserve(count: number): void {
    const needed = this.#length + count
    const capacity = this.#array.length
    if (needed <= capacity) return
    // One block is the rule, and gets what it needs; many small pieces double, or they would be copied over and over.
    const grown = this.make(capacity === 0 ? needed : Math.max(needed, capacity * 2))
    bytesOf(grown).set(bytesOf(this.#array))
    this.#array = grown
  }

  add(value: number | bigint): void {
    this.reserve(1)
    this.put(this.#array, this.#length++, value)
  }

  addBytes(bytes: Uint8Array): void {
    const size = this.#array.BYTES_PER_ELEMENT
    this.reserve(bytes.length / size)
    bytesOf(this.#array).set(bytes, this.#length * size)
    this.#length += bytes.length / size
  }

  finish(): A {
    if (this.#length === this.#array.length) return this.#array
    const exact = this.make(this.#length)
    bytesOf(exact).set(bytesOf(this.#array).subarray(0, exact.byteLength))
    return exact
  }
}

function bytesOf(array: NumberArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

const putNumber = (
  array: Int32Array | Float32Array | Float64Array,
  index: number,
  value: number | bigint,
): void => {
  array[index] = Number(value)
}

const putBigInt = (array: BigInt64Array | BigUint64Array, index: number, value: number | bigint): void => {
  array[index] = BigInt(value)
}

/** An empty list for a field of that type. */
export function numberList(type: NumericScalar): NumberList {
  switch (type) {
    case 'int32':
      return new GrowingList((length) => new Int32Array(length), putNumber)
    case 'int64':
      return new GrowingList((length) => new BigInt64Array(length), putBigInt)
    case 'uint64':
      return new GrowingList((length) => new BigUint64Array(length), putBigInt)
    case 'float':
      return new GrowingList((length) => new Float32Array(length), putNumber)
    case 'double':
      return new GrowingList((length) => new Float64Array(length), putNumber)
  }
}

// What a message has where its list is empty. They hold nothing that could be changed, so that all messages share them.
const EMPTY: Readonly<Record<NumericScalar, NumberArray>> = {
  int32: new Int32Array(0),
  int64: new BigInt64Array(0),
  uint64: new BigUint64Array(0),
  float: new Float32Array(0),
  double: new Float64Array(0),
}

/** The empty array of that type. */
export function emptyNumbers(type: NumericScalar): NumberArray {
  return EMPTY[type]
}
