import { EdgeError } from '@edge/errors'
import {
  enumName,
  enumValue,
  exposeTensors,
  inspectTflite,
  readTflite,
  type TfliteModel,
  type TfliteSubGraph,
  writeTflite,
} from '@edge/model/tflite'
import type { ComparedModel, ExposedLayers, TensorFacts } from './compared-model.js'
import { type Layer, layersOf } from './layers.js'
import { kindOf, type PlainGraph } from './plain-graph.js'

/** Bytes of an element, of types that are real numbers, and of those that are with a quantization. */
const REAL = new Map([
  [enumValue('TensorType', 'FLOAT32'), 4],
  [enumValue('TensorType', 'FLOAT16'), 2],
  [enumValue('TensorType', 'FLOAT64'), 8],
])
const QUANTIZED = new Map([
  [enumValue('TensorType', 'INT8'), 1],
  [enumValue('TensorType', 'UINT8'), 1],
  [enumValue('TensorType', 'INT16'), 2],
])

/** A .tflite model, of which the first graph is looked at. */
export class ComparedTflite implements ComparedModel {
  readonly format = 'tflite'
  readonly weights: ComparedModel['weights']
  readonly layers: readonly Layer[]
  readonly #model: TfliteModel
  readonly #graph: TfliteSubGraph

  /** @throws EdgeError `MODEL_INVALID`. */
  constructor(bytes: Uint8Array) {
    this.#model = readTflite(bytes)
    const [graph] = this.#model.subgraphs ?? []
    if (graph === undefined) {
      throw new EdgeError('MODEL_INVALID', {
        summary: 'the TFLite model has no graph',
        expected: 'one or more',
      })
    }
    this.#graph = graph
    const { parameters, weightBytes, zeroWeights } = inspectTflite(this.#model)
    this.weights = { parameters, bytes: weightBytes, zeros: zeroWeights }
    this.layers = layersOf(plainGraph(this.#model, graph))
  }

  factsOf({ tensor }: Layer): TensorFacts | undefined {
    const found = this.#graph.tensors?.[Number(tensor)]
    if (found === undefined) return undefined
    const isQuantized = (found.quantization?.scale?.length ?? 0) > 0
    const size = REAL.get(found.type) ?? (isQuantized ? QUANTIZED.get(found.type) : undefined)
    if (size === undefined) return undefined
    const shape = Array.from(found.shape ?? [])
    return { shape, bytes: size * shape.reduce((product, one) => product * one, 1) }
  }

  expose(layers: readonly Layer[]): ExposedLayers {
    // Names of converters' making may be empty, or those of several tensors.
    const numbered = {
      ...this.#graph,
      tensors: this.#graph.tensors?.map((tensor, index) => ({ ...tensor, name: `${index}` })),
    }
    const others = this.#model.subgraphs?.slice(1) ?? []
    const exposed = exposeTensors(
      { ...this.#model, subgraphs: [numbered, ...others] },
      layers.map(({ tensor }) => `${tensor}`),
    )
    const outputs = exposed.subgraphs?.[0]?.outputs ?? new Int32Array()
    return {
      bytes: writeTflite(exposed),
      outputs: layers.map(({ tensor }) => outputs.indexOf(Number(tensor))),
    }
  }
}

function plainGraph(model: TfliteModel, graph: TfliteSubGraph): PlainGraph {
  const indices = (list: Int32Array | undefined): number[] => Array.from(list ?? []).filter((one) => one >= 0)
  return {
    inputs: indices(graph.inputs),
    outputs: indices(graph.outputs),
    operators: (graph.operators ?? []).map(({ opcodeIndex, inputs, outputs }) => {
      const code = model.operatorCodes?.[opcodeIndex]
      // Codes that fit into a byte stand in the older field too, or only there.
      const number = code === undefined ? -1 : Math.max(code.builtinCode, code.deprecatedBuiltinCode)
      const builtin = enumName('BuiltinOperator', number) ?? `operator ${number}`
      const name = builtin === 'CUSTOM' ? (code?.customCode ?? builtin) : builtin
      return { name, kind: kindOf(name), inputs: indices(inputs), outputs: indices(outputs) }
    }),
    nameOf: (tensor) => graph.tensors?.[Number(tensor)]?.name ?? '',
  }
}
