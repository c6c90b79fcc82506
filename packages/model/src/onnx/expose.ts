import { EdgeError } from '@edge/errors'
import { checkModel, checkNames } from '../arguments.js'
import { onnxMessage } from './message.js'
import type { GraphProto, ModelProto, ValueInfoProto } from './schema.js'

/**
 * A model that also gives intermediate values: they become outputs, behind the ones it has.
 *
 * Runtimes leave intermediate values out, merge the operators around them and reuse their memory, so that none can be asked for
 * afterwards. Which names there are: `model.graph.node.flatMap((node) => node.output)`.
 *
 * @param names - values of the main graph: outputs of nodes, inputs or initializers. Outputs that the model has already stay where they are.
 * @throws EdgeError `TENSOR_NOT_FOUND` for a name that the main graph does not have, `INVALID_ARGUMENT` for one given twice,
 *   `MODEL_INVALID` for a model without a graph.
 *
 * @example
 * ```ts
 * const exposed = exposeOnnxTensors(model, ['/layer4/relu/Relu_output_0'])
 * const session = await Session.open(writeOnnx(exposed))
 * ```
 */
export function exposeOnnxTensors(model: ModelProto, names: readonly string[]): ModelProto {
  checkModel(model, 'opsetImport', 'readOnnx')
  checkNames(names)
  const { graph } = model
  if (graph === undefined) {
    throw new EdgeError('MODEL_INVALID', { summary: 'the ONNX model has no graph', expected: 'a graph' })
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'a tensor is to be exposed twice',
      expected: 'each name once',
      found: JSON.stringify(twice),
    })
  }
  const known = valuesOf(graph)
  const present = new Set(graph.output.map(({ name }) => name))
  const added = names
    .filter((name) => !present.has(name))
    .map((name) => {
      const value = known.get(name)
      if (value !== undefined) return value
      throw notFound(name, graph)
    })
  if (added.length === 0) return model
  return { ...model, graph: { ...graph, output: [...graph.output, ...added] } }
}

/** All values of a graph that can be outputs, with their types where the graph says them. */
function valuesOf(graph: GraphProto): ReadonlyMap<string, ValueInfoProto> {
  const values = new Map<string, ValueInfoProto>()
  for (const name of graph.node.flatMap(({ output }) => output)) {
    // Without a type: whoever runs the model works it out.
    if (name !== '') values.set(name, onnxMessage('ValueInfoProto', { name }))
  }
  for (const { name = '', dataType = 0, dims } of graph.initializer) {
    const dim = Array.from(dims, (dimValue) => onnxMessage('DimensionProto', { dimValue }))
    const shape = onnxMessage('TensorShapeProto', { dim })
    const tensorType = onnxMessage('TensorTypeProto', { elemType: dataType, shape })
    values.set(name, onnxMessage('ValueInfoProto', { name, type: onnxMessage('TypeProto', { tensorType }) }))
  }
  const inputs = new Set(graph.input)
  for (const value of [...graph.valueInfo, ...graph.input]) {
    const { name, type } = value
    const isReal = name !== undefined && (values.has(name) || inputs.has(value))
    if (isReal && type !== undefined) values.set(name, onnxMessage('ValueInfoProto', { name, type }))
  }
  return values
}

function notFound(name: string, graph: GraphProto): EdgeError {
  const lower = name.toLowerCase()
  const all = graph.node.flatMap(({ output }) => output)
  const close = all.filter((candidate) => candidate.toLowerCase().includes(lower)).slice(0, 3)
  return new EdgeError('TENSOR_NOT_FOUND', {
    summary: `the model has no tensor ${JSON.stringify(name)} in its main graph`,
    expected: close.length > 0 ? `perhaps ${close.join(' or ')}` : `one of its ${all.length} values`,
    found: name,
    remedy: 'Names are in model.graph.node[i].output; those inside a subgraph cannot be exposed.',
  })
}
