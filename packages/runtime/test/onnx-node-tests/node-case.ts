import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type ModelProto,
  onnxMessage,
  onnxTensorData,
  readOnnx,
  readOnnxTensor,
  type TensorProto,
  type ValueInfoProto,
  writeOnnx,
} from '@edge/model/onnx'
import { Session } from '../../src/index.js'
import { compareValues } from './compare.js'

/** ONNX's own tests of its operators: a model each, and inputs with the outputs that it has to give. */
const nodeTestsDirectory = fileURLToPath(new URL('../../../../.cache/onnx-tests', import.meta.url))

if (!existsSync(nodeTestsDirectory)) {
  throw new Error(`${nodeTestsDirectory} is missing: pnpm run setup --only onnx-tests fetches it`)
}

/** Names of all cases. */
export function nodeCases(): string[] {
  return readFileSync(join(nodeTestsDirectory, 'contents.txt'), 'utf8').trimEnd().split('\n')
}

/**
 * Runs one case through our reader, our writer and the onnxruntime backend.
 *
 * @param change - what becomes of the model before.
 * @returns undefined if all outputs are right, else what is wrong with the first that is not.
 * @throws whatever reading, opening and running throw.
 */
export async function runNodeCase(
  name: string,
  change: (model: ModelProto) => ModelProto = (model) => model,
  compare: typeof compareValues = compareValues,
): Promise<string | undefined> {
  const directory = join(nodeTestsDirectory, name)
  const model = change(readOnnx(readFileSync(join(directory, 'model.onnx')), name))
  for (const set of readdirSync(directory).filter((entry) => entry.startsWith('test_data_set_'))) {
    const problem = await runDataSet(model, join(directory, set), compare)
    if (problem !== undefined) return `${set}: ${problem}`
  }
  return undefined
}

async function runDataSet(
  model: ModelProto,
  directory: string,
  compare: typeof compareValues,
): Promise<string | undefined> {
  const inputs = tensorsOf(directory, 'input', model.graph?.input ?? [])
  const outputs = tensorsOf(directory, 'output', model.graph?.output ?? [])
  const session = await Session.open(writeOnnx(withShapes(model, inputs, outputs)), { threads: 1 })
  try {
    for (const [name, tensor] of inputs) {
      const input = session.input(name)
      const { dtype, shape, bytes } = onnxTensorData(tensor)
      if (dtype !== input.dtype || shape.join() !== input.shape.join()) {
        return `input ${name} is ${input.dtype} [${input.shape}], its data are ${dtype} [${shape}]`
      }
      new Uint8Array(input.buffer).set(bytes)
    }
    await session.run()
    for (const [name, tensor] of outputs) {
      const output = session.output(name)
      const { dtype, shape, bytes } = onnxTensorData(tensor)
      if (dtype !== output.dtype || shape.join() !== output.shape.join()) {
        return `output ${name} is ${output.dtype} [${output.shape}], expected ${dtype} [${shape}]`
      }
      const problem = compare(output.dtype, bytes, new Uint8Array(output.buffer))
      if (problem !== undefined) return `output ${name}: ${problem}`
    }
    return undefined
  } finally {
    await session.dispose()
  }
}

/** The test data by the name of their input or output; those left out are optional, or have a default in the model. */
function tensorsOf(
  directory: string,
  kind: 'input' | 'output',
  values: readonly ValueInfoProto[],
): Map<string, TensorProto> {
  const tensors = new Map<string, TensorProto>()
  values.forEach(({ name, type }, index) => {
    const file = join(directory, `${kind}_${index}.pb`)
    if (name === undefined || type?.tensorType === undefined || !existsSync(file)) return
    tensors.set(name, readOnnxTensor(readFileSync(file), file))
  })
  return tensors
}

/** The model with the shapes of these data in place of dimensions that it leaves open. */
function withShapes(
  model: ModelProto,
  inputs: ReadonlyMap<string, TensorProto>,
  outputs: ReadonlyMap<string, TensorProto>,
): ModelProto {
  const { graph } = model
  if (graph === undefined) return model
  return {
    ...model,
    graph: {
      ...graph,
      input: graph.input.map((value) => withShape(value, inputs)),
      output: graph.output.map((value) => withShape(value, outputs)),
    },
  }
}

function withShape(value: ValueInfoProto, tensors: ReadonlyMap<string, TensorProto>): ValueInfoProto {
  const tensor = tensors.get(value.name ?? '')
  const { tensorType } = value.type ?? {}
  if (tensor === undefined || tensorType === undefined || value.type === undefined) return value
  const dim = Array.from(tensor.dims, (dimValue) => onnxMessage('DimensionProto', { dimValue }))
  const shape = onnxMessage('TensorShapeProto', { dim })
  return { ...value, type: { ...value.type, tensorType: { ...tensorType, shape } } }
}
