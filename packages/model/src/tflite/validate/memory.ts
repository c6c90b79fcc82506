import { constantBytes, elementCount } from '../constants.js'
import { dtypeOf } from '../dtypes.js'
import type { TfliteModel, TfliteSubGraph, TfliteTensor } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import type { Place } from './place.js'
import { shapeOf } from './tensors.js'

/**
 * As many bytes as a graph's computed tensors may have that are needed at one time, with the graphs that it runs: 4 GiB, more than any
 * model for the edge needs. TensorFlow Lite keeps them in one block, and ends the process where it does not get it.
 */
export const MAX_ALIVE_BYTES = 2 ** 32
/**
 * As many bytes as inputs and outputs of a graph may have together: 384 MiB, so that what holds them stays below 512 MB with all else.
 * Those of a picture of 3840 × 2160 pixels in float32 have 95 MiB.
 */
export const MAX_BOUNDARY_BYTES = 384 * 1024 * 1024

const NONE = new Int32Array(0)

/**
 * Checks that running a model takes no more memory than any real one does: a file of a few kilobytes may ask for terabytes.
 *
 * Sizes are those that the file declares; dimensions that it leaves open count as 1, and strings as nothing.
 *
 * @param called - graphs that operators run; their memory is there beside that of the graph that runs them.
 * @throws EdgeError `MODEL_INVALID`.
 */
export function checkMemory(model: TfliteModel, called: ReadonlySet<number>, root: Place): void {
  const graphs = model.subgraphs ?? []
  const entries = new Set([0, ...(model.signatureDefs ?? []).map(({ subgraphIndex }) => subgraphIndex)])
  let inside = 0
  for (const index of called) {
    inside += peakOf(model, graphs[index], inside, root.in(`subgraph ${index}`))
  }
  graphs.forEach((graph, index) => {
    const place = root.in(`subgraph ${index}`)
    if (!called.has(index)) peakOf(model, graph, inside, place)
    if (entries.has(index)) checkBoundary(model, graph, place)
  })
}

function checkBoundary(
  model: TfliteModel,
  { tensors, inputs = NONE, outputs = NONE }: TfliteSubGraph,
  place: Place,
): void {
  let bytes = 0
  // One that is there twice is given twice.
  for (const index of inputs) bytes += computedBytes(model, tensors?.[index])
  for (const index of outputs) bytes += computedBytes(model, tensors?.[index])
  if (bytes <= MAX_BOUNDARY_BYTES) return
  throw place.error(
    'its inputs and outputs',
    `at most ${MAX_BOUNDARY_BYTES} bytes in all of them`,
    bytes,
    'Split what it computes, or make its inputs and outputs smaller.',
  )
}

/**
 * Goes through a graph as it runs: a result is there from the operator that writes it to the last that reads it; inputs, outputs and
 * variables are there all the time.
 *
 * @param others - bytes that are there as well.
 * @returns the most bytes at one time.
 */
function peakOf(model: TfliteModel, graph: TfliteSubGraph | undefined, others: number, place: Place): number {
  const { tensors = [], operators = [], inputs = NONE, outputs = NONE } = graph ?? {}
  const bytes = Float64Array.from(tensors, (tensor) => computedBytes(model, tensor))
  const last = lastReaders(graph)
  const there = new Uint8Array(tensors.length)
  let alive = 0
  let peak = 0
  const begin = (index: number, where: () => Place): void => {
    if (index < 0 || there[index] === 1) return
    there[index] = 1
    alive += bytes[index] ?? 0
    peak = Math.max(peak, alive)
    if (others + alive <= MAX_ALIVE_BYTES) return
    throw where().error(
      'the memory for what is computed',
      `at most ${MAX_ALIVE_BYTES} bytes at one time`,
      others + alive,
      'Reduce the sizes of its tensors; no model for the edge needs as much.',
    )
  }
  const end = (index: number, at: number): void => {
    if (there[index] !== 1 || (last[index] ?? -1) > at) return
    there[index] = 0
    alive -= bytes[index] ?? 0
  }
  tensors.forEach((tensor, index) => {
    if (tensor.isVariable) begin(index, () => place)
  })
  for (const index of inputs) begin(index, () => place)
  for (const index of outputs) begin(index, () => place)
  operators.forEach((operator, at) => {
    const here = (): Place => place.in(`operator ${at} (${operatorKind(model, operator)?.name})`)
    for (const index of operator.outputs ?? NONE) begin(index, here)
    for (const index of operator.inputs ?? NONE) end(index, at)
    for (const index of operator.outputs ?? NONE) end(index, at)
  })
  return peak
}

/** The last operator that needs each tensor: infinitely late for those that stay. */
function lastReaders({
  tensors = [],
  operators = [],
  inputs,
  outputs,
}: Partial<TfliteSubGraph> = {}): Float64Array {
  const last = new Float64Array(tensors.length).fill(-1)
  operators.forEach((operator, at) => {
    for (const index of operator.inputs ?? NONE) if (index >= 0) last[index] = at
  })
  tensors.forEach((tensor, index) => {
    if (tensor.isVariable) last[index] = Number.POSITIVE_INFINITY
  })
  for (const index of inputs ?? NONE) last[index] = Number.POSITIVE_INFINITY
  for (const index of outputs ?? NONE) last[index] = Number.POSITIVE_INFINITY
  return last
}

/** What a tensor takes that the file does not hold. */
function computedBytes(model: TfliteModel, tensor: TfliteTensor | undefined): number {
  if (tensor === undefined || tensor.externalBuffer !== 0) return 0
  if (constantBytes(model, tensor) !== undefined) return 0
  return Math.ceil((elementCount(shapeOf(tensor)) * (dtypeOf(tensor.type)?.bits ?? 0)) / 8)
}
