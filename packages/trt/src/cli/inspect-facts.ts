import { EdgeError } from '@edge/errors'
import {
  checkModelHeader,
  identifyModel,
  type LayerSummary,
  MODEL_HEADER_BYTES,
  type ModelInspection,
  type OperatorCount,
  readFileBounded,
  type SignatureSummary,
  type TensorSummary,
} from '@edge/model'
import type { ModelMetadata, SubGraphSummary } from '@edge/model/tflite'
import { UsageError } from './failure.js'

/** What `edge-trt inspect` finds out about a model, and prints as JSON. */
export interface ModelFacts {
  readonly format: ModelInspection['format']
  /** Size of the file. */
  readonly bytes: number
  /** Version of the file format. */
  readonly version: number
  readonly producer: string | null
  readonly description: string | null
  /** Name of the first input, and of the first output: what label_image takes as `--input_layer` and `--output_layer`. */
  readonly inputLayer: string | null
  readonly outputLayer: string | null
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  readonly signatures: readonly SignatureSummary[]
  readonly operators: readonly OperatorFacts[]
  readonly parameters: number
  /** Null where the shapes do not tell. What custom operators multiply is not known, and not in it. */
  readonly macs: number | null
  readonly weightBytes: number
  readonly zeroWeights: number
  readonly layers: readonly LayerSummary[]
  /** TFLite's graphs; none for ONNX. */
  readonly subgraphs: readonly SubGraphSummary[]
  /** ONNX's operator sets; none for TFLite. */
  readonly opsets: Readonly<Record<string, number>>
  /** Operators that an ONNX model defines itself. */
  readonly functions: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly tfliteMetadata: MetadataFacts | null
}

/** An input or output. */
export interface TensorFacts extends Omit<TensorSummary, 'shape'> {
  /** Null where the model does not even say how many dimensions there are. */
  readonly shape: TensorSummary['shape'] | null
  /** What its values take in memory; null where that is not known before a run. */
  readonly bytes: number | null
}

/** An operator. */
export interface OperatorFacts extends OperatorCount {
  /** Whether neither the format nor the model defines it: a runtime needs code for this very operator. */
  readonly custom: boolean
}

/** TFLite Metadata, with the files behind the model by name and size. */
export interface MetadataFacts extends Omit<ModelMetadata, 'files'> {
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
}

/** What {@link examineModel} found. */
export interface Examination {
  readonly facts: ModelFacts
  /** How many named tensors lie between inputs and outputs. */
  readonly intermediates: number
  /** What a runtime would refuse, or what could not be read and is not needed. */
  readonly warnings: readonly string[]
}

/** What the reader of one format finds. */
interface FormatFacts
  extends Pick<ModelFacts, 'subgraphs' | 'opsets' | 'functions' | 'tfliteMetadata'>,
    Omit<Examination, 'facts'> {
  readonly inspection: ModelInspection
  readonly isCustom: (operator: OperatorCount) => boolean
  /** Names of inputs and outputs without a shape. */
  readonly unranked: ReadonlySet<string>
}

// What the runtime takes at most, and what a FlatBuffer or a protocol buffer can hold.
const MOST_BYTES = 2 ** 31
const ONNX_DOMAIN = /^ai\.onnx(\.|$)/

/**
 * Reads a model and describes it, without a runtime. It has to be valid, as for a runtime: what is not makes no sense to count.
 *
 * @throws EdgeError as opening a model does: `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`; UsageError for an empty path.
 */
export async function examineModel(path: string): Promise<Examination> {
  if (path === '') throw new UsageError('the model wants a path')
  const content = await readFileBounded(path, {
    what: 'model',
    maxBytes: MOST_BYTES,
    tooLarge: 'MODEL_INVALID',
    header: {
      bytes: MODEL_HEADER_BYTES,
      // Gigabytes of something else are not read to find that out.
      check: (header) => {
        if (identifyModel(header) === undefined) checkModelHeader(header, header.length, path)
      },
    },
  })
  const format = checkModelHeader(content.subarray(0, MODEL_HEADER_BYTES), content.length, path)
  if (format === 'engine') {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `nothing can be read in the engine ${path}`,
      expected: 'a .tflite or .onnx model',
      found: 'an engine, which only TensorRT reads, on the GPU that it was built for',
      remedy: 'Name the model that it was built from.',
    })
  }
  const found = await (format === 'tflite' ? examineTflite(content, path) : examineOnnx(content, path))
  const { intermediates, warnings } = found
  return { facts: modelFacts(content.length, found), intermediates, warnings }
}

/** The facts in the order in which they are printed. */
function modelFacts(bytes: number, found: FormatFacts): ModelFacts {
  const { inspection, isCustom, unranked, subgraphs, opsets, functions, tfliteMetadata } = found
  const { format, version, producer, description, inputs, outputs, signatures, operators } = inspection
  const { parameters, macs, weightBytes, zeroWeights, layers, metadata } = inspection
  const tensor = (summary: TensorSummary) => tensorFacts(summary, unranked)
  return {
    format,
    bytes,
    version,
    producer: producer ?? null,
    description: description ?? null,
    inputLayer: inputs[0]?.name || null,
    outputLayer: outputs[0]?.name || null,
    inputs: inputs.map(tensor),
    outputs: outputs.map(tensor),
    signatures: signatures ?? [],
    operators: operators.map((operator) => ({ ...operator, custom: isCustom(operator) })),
    parameters,
    macs,
    weightBytes,
    zeroWeights,
    layers,
    subgraphs,
    opsets,
    functions,
    metadata,
    tfliteMetadata,
  }
}

function tensorFacts(
  { name, dtype, shape, quantization }: TensorSummary,
  unranked: ReadonlySet<string>,
): TensorFacts {
  const known = unranked.has(name) ? null : shape
  return {
    name,
    dtype,
    shape: known,
    bytes: known === null ? null : memoryOf(dtype, known),
    ...(quantization !== undefined && { quantization }),
  }
}

async function examineTflite(content: Uint8Array, path: string): Promise<FormatFacts> {
  // Each format's reader is imported where there is such a model.
  const { enumValue, inspectTflite, readTflite, validateTfliteModel } = await import('@edge/model/tflite')
  const warnings: string[] = []
  // Nothing is written here that an unknown field could be missing from.
  const model = readTflite(content, { source: path, unknownFields: 'ignore' })
  try {
    validateTfliteModel(model, { source: path })
  } catch (error) {
    // Of what the format allows and the runtime lacks, a description is all that one can have.
    if (!(error instanceof EdgeError) || error.code !== 'MODEL_UNSUPPORTED') throw error
    warnings.push(error.message)
  }
  const inspection = inspectTflite(model)
  const code = enumValue('BuiltinOperator', 'CUSTOM')
  const isCustom = ({ name, version }: OperatorCount): boolean =>
    model.operatorCodes?.some(
      (known) =>
        Math.max(known.builtinCode, known.deprecatedBuiltinCode) === code &&
        (known.customCode ?? 'CUSTOM') === name &&
        known.version === version,
    ) ?? false
  const graph = model.subgraphs?.[0]
  const ends = new Set([...(graph?.inputs ?? []), ...(graph?.outputs ?? [])])
  const isConstant = (index: number): boolean => {
    const tensor = graph?.tensors?.[index]
    return tensor === undefined || (model.buffers?.[tensor.buffer]?.data?.length ?? 0) > 0
  }
  const between = (graph?.operators ?? [])
    // Weights in half precision have an operator that widens them, whose results are no features.
    .filter(({ inputs }) => !Array.from(inputs ?? []).every(isConstant))
    .flatMap(({ outputs }) => Array.from(outputs ?? []))
    .filter((index) => !ends.has(index) && graph?.tensors?.[index]?.name)
  return {
    inspection,
    isCustom,
    unranked: new Set(),
    subgraphs: inspection.subgraphs,
    opsets: {},
    functions: [],
    tfliteMetadata: inspection.hasTfliteMetadata ? await metadataFacts(content, warnings) : null,
    intermediates: new Set(between).size,
    warnings,
  }
}

async function metadataFacts(content: Uint8Array, warnings: string[]): Promise<MetadataFacts | null> {
  const { readMetadata } = await import('@edge/model/tflite')
  try {
    const metadata = readMetadata(content)
    if (metadata === undefined) return null
    const { inputs, outputs, files, ...texts } = metadata
    return {
      ...texts,
      inputs,
      outputs,
      files: [...files].map(([name, { length }]) => ({ name, bytes: length })),
    }
  } catch (error) {
    // The model runs all the same.
    if (!(error instanceof EdgeError)) throw error
    warnings.push(error.message)
    return null
  }
}

async function examineOnnx(content: Uint8Array, path: string): Promise<FormatFacts> {
  const [{ externalFileSizes, inspectOnnx, loadExternalData, readOnnx, validateOnnx }, { dirname }] =
    await Promise.all([import('@edge/model/onnx'), import('node:path')])
  const file = readOnnx(content, path)
  const directory = dirname(path)
  validateOnnx(file, { externalFileBytes: await externalFileSizes(file, directory) })
  const model = await loadExternalData(file, directory)
  const inspection = inspectOnnx(model)
  const { opsets, functions } = inspection
  const { graph } = model
  const ends = [...(graph?.input ?? []), ...(graph?.output ?? [])]
  const endNames = new Set(ends.map(({ name }) => name))
  const results = graph?.node.flatMap(({ output }) => output) ?? []
  return {
    inspection,
    isCustom: ({ name, domain = '' }) =>
      domain !== '' && !ONNX_DOMAIN.test(domain) && !functions.includes(`${domain}.${name}`),
    unranked: new Set(
      ends
        .filter(({ type }) => (type?.tensorType ?? type?.sparseTensorType)?.shape === undefined)
        .map(({ name = '' }) => name),
    ),
    subgraphs: [],
    opsets,
    functions,
    tfliteMetadata: null,
    intermediates: results.filter((name) => name !== '' && !endNames.has(name)).length,
    warnings: [],
  }
}

/** Bytes of a dense tensor; null for text and other things without a size, and where a dimension is open. */
function memoryOf(dtype: string, shape: TensorSummary['shape']): number | null {
  const bits = dtype === 'bool' ? 8 : Number(/^(?:u?int|b?float|complex)(\d+)(?:e\d\w+)?$/.exec(dtype)?.[1])
  let elements = 1
  for (const size of shape) {
    if (typeof size !== 'number') return null
    elements *= size
  }
  return bits > 0 ? Math.ceil((elements * bits) / 8) : null
}
