import { EdgeError } from '@edge/errors'
import type { ManifestOutput } from '@edge/model'
import type { TensorInfo } from '@edge/runtime'
import type { ModelContent } from './model-content.js'

/** What a model returns for each class: any number, or a probability. */
export type OutputKind = ManifestOutput['kind']

/** A model, as far as its graph has to be read. */
export interface GraphSource {
  readonly content: ModelContent
  /** The format that the file's first bytes tell. */
  readonly format: string
  /** The model's only output. */
  readonly output: TensorInfo
}

// What TFLite's quantization specification fixes for the outputs of SOFTMAX and LOGISTIC: scale 1/256, from the lowest value.
// https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec
const PROBABILITY_SCALE = 1 / 256

/** What the operator that computes an output says of its values. */
type OperatorMeaning = OutputKind | 'same as its input' | 'unknown'

/**
 * Settles whether a model returns logits or probabilities, once and for all pictures: values never tell.
 *
 * @param stated - what the option says, or else the manifest.
 * @param source - where neither says it, the operator that computes the output does: softmax and sigmoid give probabilities, any
 *   other logits. Operators that only convert or reshape are looked through.
 * @throws EdgeError `INVALID_ARGUMENT` for an unknown kind, and where the graph does not tell: it cannot be read, a custom operator
 *   or control flow computes the output, or TFLite's quantization contradicts it.
 */
export async function settleOutputKind(stated: unknown, source: GraphSource): Promise<OutputKind> {
  if (stated === 'logits' || stated === 'probabilities') return stated
  if (stated !== undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option outputKind is out of range',
      expected: '"logits" or "probabilities"',
      found: typeof stated === 'string' ? JSON.stringify(stated) : String(stated),
    })
  }
  const { kind, because } = await kindOfGraph(source)
  if (kind === undefined) throw unsettled(because)
  if (kind === 'logits' && isQuantizedAsProbabilities(source.output)) {
    throw unsettled(`${because}, and the quantization that TFLite prescribes for probabilities`)
  }
  return kind
}

interface Finding {
  readonly kind: OutputKind | undefined
  /** What was found in the graph. */
  readonly because: string
}

async function kindOfGraph(source: GraphSource): Promise<Finding> {
  try {
    if (source.format === 'tflite') return await kindOfTflite(await source.content.bytes())
    if (source.format === 'onnx') return await kindOfOnnx(await source.content.bytes())
  } catch (cause) {
    throw unsettled('a graph that cannot be read', cause)
  }
  return { kind: undefined, because: `a graph of another format, ${source.format}` }
}

async function kindOfTflite(model: Uint8Array): Promise<Finding> {
  // Imported here: most models have a manifest, or are loaded with the option, and their applications need no reader.
  const { enumName, readTflite } = await import('@edge/model/tflite')
  const { operatorCodes = [], subgraphs } = readTflite(model, { unknownFields: 'ignore' })
  const { operators = [], outputs } = subgraphs?.[0] ?? {}
  const producers = new Map<number, Producer<number>>()
  for (const operator of operators) {
    const code = operatorCodes[operator.opcodeIndex]
    // Codes that fit into a byte stand in the older field too, or only there.
    const number = code === undefined ? -1 : Math.max(code.builtinCode, code.deprecatedBuiltinCode)
    const name = enumName('BuiltinOperator', number) ?? 'an operator of another version'
    const meaning = TFLITE_OPERATORS.get(name) ?? 'logits'
    for (const output of operator.outputs ?? []) {
      producers.set(output, { name, meaning, input: operator.inputs?.[0] })
    }
  }
  return follow(outputs?.[0], producers)
}

const TFLITE_OPERATORS: ReadonlyMap<string, OperatorMeaning> = new Map<string, OperatorMeaning>([
  ['SOFTMAX', 'probabilities'],
  ['LOGISTIC', 'probabilities'],
  ['DEQUANTIZE', 'same as its input'],
  ['QUANTIZE', 'same as its input'],
  ['RESHAPE', 'same as its input'],
  ['SQUEEZE', 'same as its input'],
  ['CUSTOM', 'unknown'],
  ['DELEGATE', 'unknown'],
  ['IF', 'unknown'],
  ['WHILE', 'unknown'],
  ['CALL', 'unknown'],
  ['STABLEHLO_COMPOSITE', 'unknown'],
  ['an operator of another version', 'unknown'],
])

async function kindOfOnnx(model: Uint8Array): Promise<Finding> {
  const { readOnnx } = await import('@edge/model/onnx')
  const { graph } = readOnnx(model)
  const producers = new Map<string, Producer<string>>()
  for (const { opType = '', domain = '', input, output } of graph?.node ?? []) {
    const standard = domain === '' || domain === 'ai.onnx'
    const meaning = standard ? (ONNX_OPERATORS.get(opType) ?? 'logits') : 'unknown'
    for (const name of output) producers.set(name, { name: opType, meaning, input: input[0] })
  }
  return follow(graph?.output[0]?.name, producers)
}

const ONNX_OPERATORS: ReadonlyMap<string, OperatorMeaning> = new Map<string, OperatorMeaning>([
  ['Softmax', 'probabilities'],
  ['Sigmoid', 'probabilities'],
  ['DequantizeLinear', 'same as its input'],
  ['QuantizeLinear', 'same as its input'],
  ['Cast', 'same as its input'],
  ['Flatten', 'same as its input'],
  ['Identity', 'same as its input'],
  ['Reshape', 'same as its input'],
  ['Squeeze', 'same as its input'],
  ['If', 'unknown'],
  ['Loop', 'unknown'],
  ['Scan', 'unknown'],
])

interface Producer<T> {
  readonly name: string
  readonly meaning: OperatorMeaning
  /** Its first input. */
  readonly input: T | undefined
}

function follow<T>(output: T | undefined, producers: ReadonlyMap<T, Producer<T>>): Finding {
  const seen = new Set<T>()
  for (let tensor = output; tensor !== undefined && !seen.has(tensor); ) {
    seen.add(tensor)
    const producer = producers.get(tensor)
    if (producer === undefined) break
    const { name, meaning, input } = producer
    if (meaning === 'unknown') return { kind: undefined, because: `an output that ${name} computes` }
    if (meaning !== 'same as its input') return { kind: meaning, because: `an output that ${name} computes` }
    tensor = input
  }
  return { kind: undefined, because: 'an output that no operator computes' }
}

function isQuantizedAsProbabilities({ dtype, quantization }: TensorInfo): boolean {
  if (quantization === undefined || (dtype !== 'uint8' && dtype !== 'int8')) return false
  const { scale, zeroPoint } = quantization
  return Math.abs(scale / PROBABILITY_SCALE - 1) < 1e-3 && zeroPoint === (dtype === 'uint8' ? 0 : -128)
}

function unsettled(found: string, cause?: unknown): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: 'nothing says whether the model returns logits or probabilities',
    expected:
      'the option outputKind (edge-trt: --output-kind), output.kind in the manifest, or a graph that tells',
    found,
    remedy: 'Say which: "logits" go through softmax, "probabilities" are taken as they are.',
    cause,
  })
}
