import { EdgeError } from '@edge/errors'
import {
  exposeOnnxTensors,
  type GraphProto,
  inspectOnnx,
  type ModelProto,
  type NodeProto,
  onnxTensorData,
  type TensorProto,
  writeOnnx,
} from '@edge/model/onnx'
import type { Session } from '@edge/runtime'
import type { ComparedModel, ExposedLayers, TensorFacts } from './compared-model.js'
import { type Layer, layersOf } from './layers.js'
import { kindOf, type PlainGraph } from './plain-graph.js'

type Quantization = NonNullable<TensorFacts['quantization']>

const REAL = new Set(['float32', 'float16', 'float64'])
const QUANTIZED = new Set(['int8', 'uint8', 'int16', 'uint16'])

/** Of operators that return integers, which of their inputs are scale and zero point of the result. */
const RESULT_QUANTIZATION: Readonly<Record<string, readonly [scale: number, zeroPoint: number]>> = {
  QuantizeLinear: [1, 2],
  QLinearConv: [6, 7],
  QLinearMatMul: [6, 7],
  QLinearAdd: [6, 7],
  QLinearMul: [6, 7],
  QGemm: [7, 8],
  QLinearAveragePool: [3, 4],
  QLinearGlobalAveragePool: [3, 4],
  QLinearSigmoid: [3, 4],
  QLinearLeakyRelu: [3, 4],
}

/** An .onnx model, of which the main graph is looked at. */
export class ComparedOnnx implements ComparedModel {
  readonly format = 'onnx'
  readonly weights: ComparedModel['weights']
  readonly layers: readonly Layer[]
  readonly #model: ModelProto
  readonly #facts: ReadonlyMap<string, TensorFacts>

  private constructor(model: ModelProto, layers: readonly Layer[], facts: ReadonlyMap<string, TensorFacts>) {
    const { parameters, weightBytes, zeroWeights } = inspectOnnx(model)
    this.weights = { parameters, bytes: weightBytes, zeros: zeroWeights }
    this.layers = layers
    this.#model = model
    this.#facts = facts
  }

  /**
   * @param model - with its external data.
   * @param open - opens a session with a model, for what the runtime works out of shapes: files seldom say them. It is disposed here.
   */
  static async read(model: ModelProto, open: (bytes: Uint8Array) => Promise<Session>): Promise<ComparedOnnx> {
    const { graph } = model
    if (graph === undefined) {
      throw new EdgeError('MODEL_INVALID', { summary: 'the ONNX model has no graph', expected: 'a graph' })
    }
    const layers = layersOf(plainGraph(graph))
    const tensors = new Map(layers.map((layer) => [String(layer.tensor), layer]))
    const session = await open(writeOnnx(exposeOnnxTensors(model, [...tensors.keys()])))
    const facts = new Map<string, TensorFacts>()
    try {
      const constants = new Map(graph.initializer.map((tensor) => [tensor.name ?? '', tensor]))
      for (const { name, dtype, shape, bytes } of session.outputs) {
        const layer = tensors.get(name)
        if (layer === undefined || shape.some((size) => size < 0)) continue
        const quantization = QUANTIZED.has(dtype) ? quantizationOf(graph, layer, constants) : undefined
        if (!REAL.has(dtype) && quantization === undefined) continue
        facts.set(name, { shape, bytes, ...(quantization && { quantization }) })
      }
    } finally {
      await session.dispose()
    }
    return new ComparedOnnx(model, layers, facts)
  }

  factsOf({ tensor }: Layer): TensorFacts | undefined {
    return this.#facts.get(String(tensor))
  }

  expose(layers: readonly Layer[]): ExposedLayers {
    const names = layers.map(({ tensor }) => String(tensor))
    const exposed = exposeOnnxTensors(this.#model, names)
    const outputs = exposed.graph?.output.map(({ name }) => name) ?? []
    return { bytes: writeOnnx(exposed), outputs: names.map((name) => outputs.indexOf(name)) }
  }
}

function plainGraph(graph: GraphProto): PlainGraph {
  const weights = new Map(graph.initializer.map((tensor) => [tensor.name ?? '', tensor]))
  const named = (names: readonly string[]): string[] => names.filter((name) => name !== '')
  return {
    // Models of old list their weights among the inputs.
    inputs: graph.input.map(({ name = '' }) => name).filter((name) => !weights.has(name)),
    outputs: graph.output.map(({ name = '' }) => name),
    operators: graph.node.map((node) => ({
      name: node.opType ?? '',
      kind: kindOfNode(node, weights),
      inputs: named(node.input),
      outputs: named(node.output),
    })),
    nameOf: String,
  }
}

function kindOfNode(node: NodeProto, weights: ReadonlyMap<string, TensorProto>): string {
  const kind = kindOf(node.opType ?? '')
  if (kind !== 'convolution') return kind
  const groups = node.attribute.find(({ name }) => name === 'group')?.i ?? 1n
  // Weights of [out, in / groups, height, width]; those of QLinearConv come behind the scale and zero point of its input.
  const weight = weights.get(node.input[node.opType === 'QLinearConv' ? 3 : 1] ?? '')
  return BigInt(groups) > 1n && (weight === undefined || weight.dims[1] === 1n)
    ? 'depthwise convolution'
    : kind
}

function quantizationOf(
  graph: GraphProto,
  { tensor }: Layer,
  constants: ReadonlyMap<string, TensorProto>,
): Quantization | undefined {
  const node = graph.node.find(({ output }) => output.includes(String(tensor)))
  const places = RESULT_QUANTIZATION[node?.opType ?? '']
  if (node === undefined || places === undefined) return undefined
  const [scale, zeroPoint] = places.map((place) => scalar(constants.get(node.input[place] ?? '')))
  return scale === undefined ? undefined : { scale, zeroPoint: zeroPoint ?? 0 }
}

/** The one number of a constant; undefined for one that has several. */
function scalar(tensor: TensorProto | undefined): number | undefined {
  if (tensor === undefined) return undefined
  const { dtype, bytes } = onnxTensorData(tensor)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (dtype === 'float32' && bytes.length === 4) return view.getFloat32(0, true)
  if (dtype === 'uint8' && bytes.length === 1) return view.getUint8(0)
  if (dtype === 'int8' && bytes.length === 1) return view.getInt8(0)
  if (dtype === 'uint16' && bytes.length === 2) return view.getUint16(0, true)
  if (dtype === 'int16' && bytes.length === 2) return view.getInt16(0, true)
  return undefined
}
