/** Mutations of a model as data: what the reader gives, changed in one place, and written again. */
import { enumValue, type TfliteModel } from '@edge/model/tflite'
import type { Random } from './random.js'

/** A place in a model that holds a value. */
interface Site {
  readonly owner: object
  readonly key: string
  /** Keys from the model on, with dots: `subgraphs.0.operators.2.builtinOptions.value.strideW`. */
  readonly path: string
}

interface Kind {
  readonly name: string
  /** How often it is chosen, relative to the others. */
  readonly weight: number
  /** Changes the model in place, and says how; undefined where it has no such place. */
  readonly mutate: (model: TfliteModel, random: Random) => string | undefined
}

const NUMBERS: readonly number[] = [
  ...[-1, 0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 100, 127, 128, 255, 256, 1000],
  ...[2 ** 16, 2 ** 20, 2 ** 24, 2 ** 30, 2 ** 31 - 1, -(2 ** 31), -2, -3, -7, -128],
]
const REALS: readonly number[] = [
  ...[0, -1, 1, 1e-38, 1e-20, 1e-10, 1e10, 1e20, 1e38],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
]
const INTEGER_TYPES: ReadonlySet<number> = new Set([
  enumValue('TensorType', 'INT32'),
  enumValue('TensorType', 'INT64'),
])
/** Elements of one vector that count as places: weights would drown everything else. */
const MOST_ELEMENTS = 64

/** How many changes of this kind a model gets: mostly one, since a second often hides the first. */
export function mutateStructure(model: TfliteModel, random: Random): string {
  const done: string[] = []
  for (let count = random.chance(0.6) ? 1 : 1 + random.below(3); count > 0; count -= 1) {
    const kind = choose(random)
    const what = kind.mutate(model, random)
    if (what !== undefined) done.push(`${kind.name}: ${what}`)
  }
  return done.join('; ')
}

const KINDS: readonly Kind[] = [
  at('index', 14, /(inputs|outputs|intermediates|Index|buffer|axis|Dim|blockMap|traversalOrder)(\.\d+)?$/),
  at('shape', 14, /\.(shape|shapeSignature|newShape|squeezeDims|hasRank)(\.\d+)?$/),
  at('option', 16, /(builtinOptions2?\.|customOptions|mutatingVariable)/),
  { name: 'constant', weight: 12, mutate: mutateConstant },
  at('buffer', 8, /^buffers\.\d+\.(data|offset|size)$/),
  at('weight', 5, /^buffers\.\d+\.data\.\d+$/),
  at('quantization', 8, /quantization/),
  at('opcode', 6, /^operatorCodes\./),
  at('dtype', 6, /tensors\.\d+\.(type|isVariable|externalBuffer|sparsity.*)$/),
  { name: 'list', weight: 6, mutate: mutateList },
  { name: 'cycle', weight: 4, mutate: mutateCycle },
  at('signature', 3, /^(signatureDefs|metadata)/),
  at('any', 10, /(?:)/),
]

function choose(random: Random): Kind {
  let left = random.next() * KINDS.reduce((sum, { weight }) => sum + weight, 0)
  for (const kind of KINDS) {
    left -= kind.weight
    if (left < 0) return kind
  }
  return random.pick(KINDS)
}

/** Changes the value at one place whose path matches. */
function at(name: string, weight: number, pattern: RegExp): Kind {
  const mutate: Kind['mutate'] = (model, random) => {
    const sites = sitesOf(model).filter(({ path }) => pattern.test(path))
    if (sites.length === 0) return undefined
    return replace(random.pick(sites), random)
  }
  return { name, weight, mutate }
}

function sitesOf(owner: object, prefix = '', sites: Site[] = []): Site[] {
  const keys = ArrayBuffer.isView(owner)
    ? Array.from({ length: Math.min(lengthOf(owner), MOST_ELEMENTS) }, (_, index) => String(index))
    : Object.keys(owner)
  for (const key of keys) {
    const value: unknown = Reflect.get(owner, key)
    if (value === undefined) continue
    const path = prefix === '' ? key : `${prefix}.${key}`
    sites.push({ owner, key, path })
    if (typeof value === 'object' && value !== null) sitesOf(value, path, sites)
  }
  return sites
}

function lengthOf(view: object): number {
  const length: unknown = Reflect.get(view, 'length')
  return typeof length === 'number' ? length : 0
}

function replace({ owner, key, path }: Site, random: Random): string {
  const before: unknown = Reflect.get(owner, key)
  const after = changed(owner, before, random)
  // A list has no place for nothing.
  if (after === undefined && Array.isArray(owner)) owner.splice(Number(key), 1)
  else Reflect.set(owner, key, after)
  return `${path} ${show(before)} → ${show(after)}`
}

function changed(owner: object, value: unknown, random: Random): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'bigint') return random.pick([...NUMBERS.map(BigInt), value + 1n, value - 1n])
  if (typeof value === 'number') return changedNumber(owner, value, random)
  if (typeof value === 'string') return random.pick(['', 'x'.repeat(300), `${value}a`, undefined])
  if (value instanceof Uint8Array || value instanceof Int32Array || value instanceof Float32Array) {
    return changedVector(value, random)
  }
  // A list of tables, or one table, is left out; so is a vector of a kind that is rare.
  return undefined
}

function changedNumber(owner: object, value: number, random: Random): number {
  if (owner instanceof Uint8Array) return random.below(256)
  if (owner instanceof Float32Array || !Number.isInteger(value)) {
    return random.pick([...REALS, value * 2, -value, value * 1e6, value * 1e-6])
  }
  return random.pick([...NUMBERS, value + 1, value - 1, value * 2])
}

function changedVector(
  vector: Uint8Array | Int32Array | Float32Array,
  random: Random,
): Uint8Array | Int32Array | Float32Array | undefined {
  const { length } = vector
  switch (random.below(5)) {
    case 0:
      return vector.slice(0, 0)
    case 1:
      return vector.slice(0, random.below(length + 1))
    case 2: {
      const longer = random.pick([1, 2, 3, 4, 7, 100])
      if (vector instanceof Float32Array)
        return Float32Array.from({ length: length + longer }, (_, i) => vector[i] ?? 0)
      if (vector instanceof Int32Array)
        return Int32Array.from({ length: length + longer }, (_, i) => vector[i] ?? 1)
      return Uint8Array.from({ length: length + longer }, (_, i) => vector[i] ?? 0)
    }
    case 3:
      return undefined
    default:
      return vector.slice().reverse()
  }
}

function show(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value).slice(0, 24)
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return `[${lengthOf(value)}]`
  return 'a table'
}

/** Changes one number of a small list of integers that the file holds: shapes, axes, paddings, indices, counts. */
function mutateConstant({ subgraphs = [], buffers = [] }: TfliteModel, random: Random): string | undefined {
  const places = subgraphs.flatMap(({ tensors = [] }, g) =>
    tensors.flatMap(({ type, buffer }, t) => {
      const data = buffers[buffer]?.data
      return INTEGER_TYPES.has(type) && data !== undefined && data.length >= 4 ? [{ g, t, data }] : []
    }),
  )
  if (places.length === 0) return undefined
  const { g, t, data } = random.pick(places)
  const place = 4 * random.below(Math.min(data.length >> 2, MOST_ELEMENTS))
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const before = view.getInt32(place, true)
  const after = random.pick([...NUMBERS, before + 1, before - 1, -before])
  view.setInt32(place, after, true)
  return `subgraphs.${g}.tensors.${t}, value ${place / 4}: ${before} → ${after}`
}

/** Takes an entry out of a list, doubles it, swaps two, or cuts the list off. */
function mutateList(model: TfliteModel, random: Random): string | undefined {
  const lists = sitesOf(model).flatMap(({ owner, key, path }) => {
    const value: unknown = Reflect.get(owner, key)
    return Array.isArray(value) && value.length > 0 ? [{ list: value as unknown[], path }] : []
  })
  if (lists.length === 0) return undefined
  const { list, path } = random.pick(lists)
  const [first, second] = [random.below(list.length), random.below(list.length)]
  switch (random.below(4)) {
    case 0:
      list.splice(first, 1)
      return `${path} without ${first}`
    case 1:
      list.splice(second, 0, structuredClone(list[first]))
      return `${path} with ${first} once more at ${second}`
    case 2:
      ;[list[first], list[second]] = [list[second], list[first]]
      return `${path} with ${first} and ${second} swapped`
    default:
      list.length = first
      return `${path} cut off at ${first}`
  }
}

/** Makes an operator need its own result, or a later one, or a graph run itself. */
function mutateCycle({ subgraphs = [] }: TfliteModel, random: Random): string | undefined {
  const g = random.below(subgraphs.length)
  const operators = subgraphs[g]?.operators ?? []
  if (operators.length === 0) return undefined
  const o = random.below(operators.length)
  const { inputs, builtinOptions } = operators[o] ?? {}
  const place = `subgraphs.${g}.operators.${o}`
  const calls = Object.keys(builtinOptions?.value ?? {}).filter((key) => /subgraph/i.test(key))
  if (builtinOptions?.value !== undefined && calls.length > 0) {
    const [key, graph] = [random.pick(calls), random.below(subgraphs.length + 1)]
    Reflect.set(builtinOptions.value, key, graph)
    return `${place} runs subgraph ${graph} as its ${key}`
  }
  const result = random.pick(operators.slice(o)).outputs?.[0]
  if (inputs === undefined || inputs.length === 0 || result === undefined) return undefined
  const input = random.below(inputs.length)
  inputs[input] = result
  return `${place}.inputs.${input} is tensor ${result}, which it or a later operator writes`
}
