import { dirname } from 'node:path'
import { EdgeError } from '@edge/errors'
import { toFilePath } from '@edge/model'
import type { ModelContent } from './model-content.js'
import { nearest } from './nearest.js'
import { penultimate } from './penultimate.js'

/** A model that gives one of its intermediate tensors. */
export interface ExposedModel {
  /** The new model file. */
  readonly bytes: Uint8Array
  /** The tensor's name. */
  readonly tensor: string
  /** Which of the new model's outputs it is. */
  readonly output: number
}

const NEAR_NAMES = 5

/**
 * Makes a tensor an output of its model.
 *
 * @param format - the model's.
 * @param tensor - its name; undefined for what goes into the last layer.
 * @throws EdgeError `TENSOR_NOT_FOUND` with the names most like one that does not exist, `INVALID_ARGUMENT` for one that cannot be an
 *   output, `MODEL_UNSUPPORTED` where no last layer is found, `MODEL_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function exposeTensor(
  content: ModelContent,
  format: string,
  tensor: string | undefined,
): Promise<ExposedModel> {
  if (format === 'tflite') return await exposeInTflite(await content.bytes(), tensor)
  if (format === 'onnx') return await exposeInOnnx(content, tensor)
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'features cannot be had of a model of this format',
    expected: 'tflite or onnx',
    found: format,
  })
}

const TFLITE_PRODUCTS = new Set(['FULLY_CONNECTED', 'CONV_2D', 'BATCH_MATMUL'])

async function exposeInTflite(bytes: Uint8Array, named: string | undefined): Promise<ExposedModel> {
  const { enumName, exposeTensors, readTflite, writeTflite } = await import('@edge/model/tflite')
  const model = readTflite(bytes)
  const graph = model.subgraphs?.[0]
  const nameOf = (index: number) => graph?.tensors?.[index]?.name ?? ''
  const operators = (graph?.operators ?? []).map(({ opcodeIndex, inputs, outputs }) => {
    const code = model.operatorCodes?.[opcodeIndex]
    // Codes that fit into a byte stand in the older field too, or only there.
    const number = code === undefined ? -1 : Math.max(code.builtinCode, code.deprecatedBuiltinCode)
    const name = enumName('BuiltinOperator', number) ?? ''
    return { name, inputs: Array.from(inputs ?? []), outputs: Array.from(outputs ?? []) }
  })
  const names = operators.flatMap(({ outputs }) => outputs.map(nameOf))
  let tensor = named
  if (tensor === undefined) {
    const [inputs, outputs] = [Array.from(graph?.inputs ?? []), Array.from(graph?.outputs ?? [])]
    const found = penultimate({ inputs, outputs, operators }, TFLITE_PRODUCTS)
    tensor = found === undefined ? undefined : nameOf(found)
  }
  if (tensor === undefined) throw noLastLayer(names)
  if (named !== undefined)
    checkName(
      named,
      names,
      graph?.tensors?.map(({ name = '' }) => name),
    )
  const exposed = exposeTensors(model, [tensor])
  const outputs = exposed.subgraphs?.[0]?.outputs ?? new Int32Array()
  return {
    bytes: writeTflite(exposed),
    tensor,
    output: outputs.findIndex((index) => nameOf(index) === tensor),
  }
}

const ONNX_PRODUCTS = new Set([
  'Conv',
  'ConvInteger',
  'Gemm',
  'MatMul',
  'MatMulInteger',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
])

async function exposeInOnnx(content: ModelContent, named: string | undefined): Promise<ExposedModel> {
  const { exposeOnnxTensors, externalLocations, loadExternalData, readOnnx, writeOnnx } = await import(
    '@edge/model/onnx'
  )
  let model = readOnnx(await content.bytes())
  const { source } = content
  // The new model has no directory beside which its data would be found.
  if (!(source instanceof Uint8Array) && externalLocations(model).length > 0)
    model = await loadExternalData(model, dirname(toFilePath(source, 'model')))
  const { graph } = model
  const nodes = graph?.node ?? []
  const names = nodes.flatMap(({ output }) => output).filter((name) => name !== '')
  const operators = nodes.map(({ opType = '', input, output }) => ({
    name: opType,
    inputs: input,
    outputs: output,
  }))
  const namesOf = (values: readonly { readonly name?: string | undefined }[] = []) =>
    values.map(({ name = '' }) => name)
  // Models of old list their weights among the inputs.
  const weights = new Set(namesOf(graph?.initializer))
  const inputs = namesOf(graph?.input).filter((name) => !weights.has(name))
  const tensor = named ?? penultimate({ inputs, outputs: namesOf(graph?.output), operators }, ONNX_PRODUCTS)
  if (tensor === undefined) throw noLastLayer(names)
  if (named !== undefined) checkName(named, names)
  const exposed = exposeOnnxTensors(model, [tensor])
  return {
    bytes: writeOnnx(exposed),
    tensor,
    output: exposed.graph?.output.findIndex(({ name }) => name === tensor) ?? -1,
  }
}

/**
 * @param names - of what operators compute, in the graph's order.
 * @param others - of tensors that no operator computes: for those, who exposes them says what they are.
 */
function checkName(name: string, names: readonly string[], others: readonly string[] = []): void {
  if (names.includes(name) || others.includes(name)) return
  const near = nearest(name, names, NEAR_NAMES).map((known) => JSON.stringify(known))
  throw new EdgeError('TENSOR_NOT_FOUND', {
    summary: `the model computes no tensor ${JSON.stringify(name)}`,
    expected: near.length > 0 ? `perhaps ${near.join(' or ')}` : `one of its ${names.length} tensors`,
    found: JSON.stringify(name),
    remedy: 'edge-trt inspect lists what a model computes.',
  })
}

function noLastLayer(names: readonly string[]): EdgeError {
  const last = names.slice(-NEAR_NAMES).map((name) => JSON.stringify(name))
  return new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the layer before the last cannot be found in this model',
    expected:
      'a fully connected layer, a matrix multiplication or a convolution, and one way from it to the output',
    found: last.length > 0 ? `a graph that ends with ${last.join(', ')}` : 'a graph without operators',
    remedy: 'Name the tensor with the option tensor.',
  })
}
