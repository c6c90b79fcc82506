import type { HalfType } from './half.js'
import table from './operator-types.json' with { type: 'json' }

/** What an operator takes at one place, or gives. */
export interface OperatorParameter {
  /**
   * A type that places share: where one is float32, the others are. Empty where float32 is none of the types; undefined where sequences,
   * maps or optional values are among them.
   */
  readonly type: string | undefined
  /** Whether it and those behind it are any number of values. */
  readonly isVariadic: boolean
}

/** Types of an operator's inputs and outputs, as far as float32 is concerned. */
export interface OperatorTypes {
  readonly inputs: readonly OperatorParameter[]
  readonly outputs: readonly OperatorParameter[]
  /** Whether float32 is all that a shared type can be. */
  isFloat32Only(type: string): boolean
  /** Whether a shared type can be that one. */
  takes(type: string, half: HalfType): boolean
}

// Operator → first version of its signature → inputs > outputs, parted by spaces. "A:fhb+" is a shared type that can be float32,
// float16, bfloat16 and others, later on "A"; "-" are types without float32, "?" such as are no tensors; "*" is any number of values.
const signatures = new Map<string, ReadonlyMap<number, string>>(
  Object.entries(table).map(([name, versions]) => [
    name,
    new Map(Object.entries(versions).map(([version, text]) => [Number(version), text])),
  ]),
)
const parsed = new Map<string, OperatorTypes>()

/** Types of one of ONNX's own operators in a version of the operator set; undefined where it is not known. */
export function operatorTypes(operator: string, opset: bigint): OperatorTypes | undefined {
  let found: string | undefined
  // In ascending order: the newest that the operator set has.
  for (const [version, text] of signatures.get(operator) ?? []) if (BigInt(version) <= opset) found = text
  if (found === undefined) return undefined
  const types = parsed.get(found) ?? parse(found)
  parsed.set(found, types)
  return types
}

function parse(signature: string): OperatorTypes {
  const flags = new Map<string, string>()
  const parameter = (word: string): OperatorParameter => {
    const isVariadic = word.endsWith('*')
    const [type = '', allowed] = (isVariadic ? word.slice(0, -1) : word).split(':')
    if (allowed !== undefined) flags.set(type, allowed)
    return { type: type === '?' ? undefined : type === '-' ? '' : type, isVariadic }
  }
  const [inputs = [], outputs = []] = signature.split('>').map((part) =>
    part
      .split(' ')
      .filter((word) => word !== '')
      .map(parameter),
  )
  return {
    inputs,
    outputs,
    isFloat32Only: (type) => flags.get(type) === 'f',
    takes: (type, half) => flags.get(type)?.includes(half === 'float16' ? 'h' : 'b') === true,
  }
}

/** The parameter that a place has: the last one where there are any number. */
export function parameterAt(
  parameters: readonly OperatorParameter[],
  index: number,
): OperatorParameter | undefined {
  const last = parameters.at(-1)
  return parameters[index] ?? (last?.isVariadic === true ? last : undefined)
}
