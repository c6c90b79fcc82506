import type { Builder } from 'flatbuffers'
import type { ScalarValue } from './plan.js'
import type { ScalarName } from './schema.js'

const RANGES: Readonly<Partial<Record<ScalarName, readonly [min: number | bigint, max: number | bigint]>>> = {
  byte: [-128, 127],
  ubyte: [0, 255],
  short: [-32768, 32767],
  ushort: [0, 65535],
  int: [-(2 ** 31), 2 ** 31 - 1],
  uint: [0, 2 ** 32 - 1],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  ulong: [0n, 2n ** 64n - 1n],
}

/** Whether a value is one that a scalar can hold. */
export function isInRange(value: unknown, scalar: ScalarName): value is ScalarValue {
  if (scalar === 'bool') return typeof value === 'boolean'
  if (scalar === 'float') return typeof value === 'number'
  const big = scalar === 'long' || scalar === 'ulong'
  if (big ? typeof value !== 'bigint' : !Number.isInteger(value)) return false
  const [min, max] = RANGES[scalar] ?? [0, 0]
  return (typeof value === 'bigint' || typeof value === 'number') && value >= min && value <= max
}

/** What a scalar can hold, for messages. */
export function rangeOf(scalar: ScalarName): string {
  const range = RANGES[scalar]
  if (range !== undefined) {
    return `a ${scalar === 'long' || scalar === 'ulong' ? 'bigint' : 'whole number'} from ${range[0]} to ${range[1]}`
  }
  return scalar === 'bool' ? 'a boolean' : 'a number'
}

/** Puts a scalar into the table that is being built, also where it is the default. */
export function addScalar(builder: Builder, id: number, scalar: ScalarName, value: ScalarValue): void {
  writeScalar(builder, scalar, value)
  builder.slot(id)
}

/** Puts a scalar in front of what has been written, aligned. */
export function writeScalar(builder: Builder, scalar: ScalarName, value: ScalarValue): void {
  switch (scalar) {
    case 'bool':
    case 'byte':
    case 'ubyte':
      builder.addInt8(Number(value))
      break
    case 'short':
    case 'ushort':
      builder.addInt16(Number(value))
      break
    case 'int':
    case 'uint':
      builder.addInt32(Number(value))
      break
    case 'float':
      builder.addFloat32(Number(value))
      break
    case 'long':
    case 'ulong':
      builder.addInt64(BigInt(value))
      break
  }
}
