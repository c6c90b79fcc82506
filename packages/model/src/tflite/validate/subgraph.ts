import { constantBytes, elementCount } from '../constants.js'
import type { TfliteModel, TfliteSubGraph } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import { checkLiveness } from './liveness.js'
import { checkOperator } from './operator.js'
import { OperatorView } from './operator-view.js'
import type { Place } from './place.js'
import { Scales } from './quantization.js'
import { checkTensor, shapeOf } from './tensors.js'

const NONE = new Int32Array(0)

/**
 * Checks one graph: each tensor, each operator, and that every tensor is written before it is read, and once.
 *
 * @throws EdgeError `MODEL_INVALID`.
 */
export function checkSubGraph(model: TfliteModel, index: number, graph: TfliteSubGraph, root: Place): void {
  const place = (): Place => root.in(`subgraph ${index}`)
  const tensors = graph.tensors ?? []
  const strings = new Set<Uint8Array>()
  tensors.forEach((tensor, at) => {
    checkTensor(model, tensor, strings, () => place().in(`tensor ${at} (${tensor.name ?? 'without a name'})`))
  })
  const scales = new Scales()
  const flow = new Flow(model, graph)
  for (const input of graph.inputs ?? NONE) {
    flow.give(input, () => place().in('its inputs'))
  }
  graph.operators?.forEach((operator, at) => {
    const kind = operatorKind(model, operator)
    if (kind === undefined) {
      throw place()
        .in(`operator ${at}`)
        .error('its opcode_index', `below ${model.operatorCodes?.length ?? 0}`, operator.opcodeIndex)
    }
    const here = (): Place => place().in(`operator ${at} (${kind.name})`)
    for (const input of operator.inputs ?? NONE) flow.read(input, here)
    for (const intermediate of operator.intermediates ?? NONE) flow.mention(intermediate, here)
    for (const output of operator.outputs ?? NONE) flow.write(output, here)
    if (kind.builtin !== undefined) {
      checkOperator(new OperatorView(kind.builtin, { model, graph, operator, scales, place: here }))
    }
  })
  for (const output of graph.outputs ?? NONE) {
    if (output === -1) throw place().error('its outputs', 'indices of tensors', output)
    flow.read(output, () => place().in('its outputs'))
  }
  checkLiveness(model, graph, place)
}

/** Nothing has written the tensor yet. */
const EMPTY = 0
/** The file holds its values. */
const CONSTANT = 1
/** It keeps its values from one run to the next; operators change it as one of their inputs. */
const VARIABLE = 2
/** It is an input of the graph or the result of an operator. */
const WRITTEN = 3
/** It has no elements, so that it may be a constant without bytes as well as what an operator writes. */
const NOTHING = 4

const FOUND: readonly string[] = [
  '',
  'a constant',
  'a variable',
  'an input or the result of another operator',
]

/** What of a graph has a value so far. */
class Flow {
  readonly #states: Uint8Array

  constructor(model: TfliteModel, { tensors = [] }: TfliteSubGraph) {
    this.#states = Uint8Array.from(tensors, (tensor) => {
      if (tensor.isVariable) return VARIABLE
      if (constantBytes(model, tensor) !== undefined || tensor.externalBuffer !== 0) return CONSTANT
      return elementCount(shapeOf(tensor)) === 0 ? NOTHING : EMPTY
    })
  }

  /** @param index - -1 stands for an optional input that is left out. */
  read(index: number, place: () => Place): void {
    if (index === -1) return
    this.mention(index, place)
    if (this.#states[index] === EMPTY) {
      throw place().error(
        `its input ${index}`,
        'a constant, an input of the graph, or the result of an operator before',
        'a tensor that nothing has written yet',
      )
    }
  }

  /** Takes note of an input of the graph. It may be a variable, which then begins with what is given. */
  give(index: number, place: () => Place): void {
    if (this.#states[index] !== VARIABLE) this.write(index, place)
  }

  /** Takes note of the result of an operator. */
  write(index: number, place: () => Place): void {
    this.mention(index, place)
    const state = this.#states[index]
    if (state !== EMPTY && state !== NOTHING) {
      throw place().error(
        `tensor ${index}, which it writes`,
        'a tensor that nothing else writes',
        FOUND[state ?? EMPTY] ?? 'none',
      )
    }
    this.#states[index] = WRITTEN
  }

  mention(index: number, place: () => Place): void {
    const count = this.#states.length
    if (index < 0 || index >= count) throw place().error('a tensor of it', `an index below ${count}`, index)
  }
}
