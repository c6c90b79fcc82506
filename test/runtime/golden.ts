/** The golden outputs of Python's TFLite, read and checked: see test/golden/runtime/README.md. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DTYPES, type DType } from '@edge/native'
import type { ChannelQuantization, Quantization } from '@edge/runtime'
import {
  asObject,
  type JsonObject,
  objectMember,
  objectsMember,
  parseObject,
  stringMember,
} from '../../scripts/setup/json-value.js'
import { efficientnetDirectory } from '../../scripts/setup/paths.js'
import {
  runtimeGoldenDirectory,
  tinyModelsDirectory,
  variantsDirectory,
} from '../../scripts/setup/test-models.js'

/** A tensor as Python describes it. */
export interface GoldenTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly shapeSignature: readonly number[]
  readonly quantization?: Quantization
  readonly channelQuantization?: ChannelQuantization
  /** Whether a run changed the shape although no input's shape changed. */
  readonly dynamic: boolean
}

/** Values of a tensor; what is too large for a double is a bigint. */
export type Values = readonly (number | bigint)[]

export interface GoldenOutput {
  readonly shape: readonly number[]
  readonly values: Values
}

export interface GoldenRun {
  readonly signature: string | undefined
  /** New shapes by the input's place among the session's. */
  readonly resize: Readonly<Record<string, readonly number[]>>
  readonly inputs: ReadonlyMap<string, Values>
  /** By place, or by name where a signature is called. */
  readonly outputs: ReadonlyMap<string, GoldenOutput>
}

export interface GoldenSignature {
  readonly key: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface GoldenCase {
  readonly model: string
  readonly path: string
  readonly inputs: readonly GoldenTensor[]
  readonly outputs: readonly GoldenTensor[]
  readonly signatures: readonly GoldenSignature[]
  readonly runs: readonly GoldenRun[]
}

export interface GoldenRefusal {
  readonly model: string
  readonly path: string
  readonly code: string
  readonly says: string
}

export const tinyModel = (name: string): string => join(tinyModelsDirectory, name)
export const lite0Model = (kind: 'fp32' | 'int8'): string =>
  join(efficientnetDirectory, `efficientnet_lite0_${kind}.tflite`)
export const lite0Variant = (file: string): string => join(variantsDirectory, `efficientnet_lite0_${file}`)

export function readGolden(name: string, directory = runtimeGoldenDirectory): JsonObject {
  return parseObject(readFileSync(join(directory, `${name}.json`), 'utf8'), name)
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new Error(`${where} must be a list`)
}

function numberOf(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  throw new Error(`${where} must be a number`)
}

export const numbers = (value: unknown, where: string): readonly number[] =>
  list(value, where).map((item) => numberOf(item, where))

export const strings = (value: unknown, where: string): readonly string[] => list(value, where).map(String)

// 64-bit integers are written as text.
const valuesOf = (value: unknown, where: string): Values =>
  list(value, where).map((item) => (typeof item === 'string' ? BigInt(item) : numberOf(item, where)))

function dtypeOf(name: string): DType {
  const dtype = DTYPES.find((known) => known === name)
  if (dtype === undefined) throw new Error(`"${name}" is not a dtype`)
  return dtype
}

export function tensorOf(record: JsonObject): GoldenTensor {
  const name = stringMember(record, 'name', 'tensor')
  const { quantization, channelQuantization } = record
  return {
    name,
    dtype: dtypeOf(stringMember(record, 'dtype', name)),
    shape: numbers(record.shape, name),
    shapeSignature: numbers(record.shapeSignature, name),
    dynamic: record.dynamic === true,
    ...(quantization !== undefined && { quantization: quantizationOf(asObject(quantization, name)) }),
    ...(channelQuantization !== undefined && {
      channelQuantization: channelsOf(asObject(channelQuantization, name)),
    }),
  }
}

// Scales are float32 written as short as they can be: the nearest double is not the same number.
const quantizationOf = ({ scale, zeroPoint }: JsonObject): Quantization => ({
  scale: Math.fround(numberOf(scale, 'scale')),
  zeroPoint: numberOf(zeroPoint, 'zeroPoint'),
})

const channelsOf = ({ axis, scales, zeroPoints }: JsonObject): ChannelQuantization => ({
  axis: numberOf(axis, 'axis'),
  scales: numbers(scales, 'scales').map(Math.fround),
  zeroPoints: numbers(zeroPoints, 'zeroPoints'),
})

function runOf(record: JsonObject): GoldenRun {
  const inputs = Object.entries(objectMember(record, 'inputs', 'run'))
  const outputs = Object.entries(objectMember(record, 'outputs', 'run'))
  const resize = Object.entries(asObject(record.resize ?? {}, 'resize'))
  return {
    signature: typeof record.signature === 'string' ? record.signature : undefined,
    resize: Object.fromEntries(resize.map(([place, shape]) => [place, numbers(shape, 'resize')])),
    inputs: new Map(inputs.map(([name, values]) => [name, valuesOf(values, name)])),
    outputs: new Map(
      outputs.map(([name, value]) => {
        const { shape, values } = asObject(value, name)
        return [name, { shape: numbers(shape, name), values: valuesOf(values, name) }]
      }),
    ),
  }
}

/** The cases of one group of tiny models. */
export function goldenCases(group: string): readonly GoldenCase[] {
  return objectsMember(readGolden(group), 'cases', group).map((record) => {
    const model = stringMember(record, 'model', group)
    return {
      model,
      path: tinyModel(model),
      inputs: objectsMember(record, 'inputs', model).map(tensorOf),
      outputs: objectsMember(record, 'outputs', model).map(tensorOf),
      signatures: objectsMember(record, 'signatures', model).map((signature) => ({
        key: stringMember(signature, 'key', model),
        inputs: strings(signature.inputs, model),
        outputs: strings(signature.outputs, model),
      })),
      runs: objectsMember(record, 'runs', model).map(runOf),
    }
  })
}

/** The models that cannot be opened. */
export function goldenRefusals(): readonly GoldenRefusal[] {
  return objectsMember(readGolden('refused'), 'cases', 'refused').map((record) => {
    const model = stringMember(record, 'model', 'refused')
    return {
      model,
      path: tinyModel(model),
      code: stringMember(record, 'code', model),
      says: stringMember(record, 'says', model),
    }
  })
}
