import { EdgeError } from '@edge/errors'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { checkedModel } from './checked-model.js'
import { tensorBytes, typedArray } from './elements.js'
import { loadOnnxruntime, type OnnxruntimeLibrary } from './library.js'
import type { WorkerStart, WorkerTensor } from './protocol.js'
import { type DeclaredTensor, declaredTensor, fixedShape, isFixed, type ValueMetadata } from './shapes.js'

/** No line of onnxruntime's goes to stderr: what it has to say becomes part of an error. */
const SILENT = 4

/** A model inside onnxruntime, on the worker's own thread, which its runs block. */
export class OnnxruntimeRunner {
  private constructor(
    private readonly library: OnnxruntimeLibrary,
    private readonly session: InferenceSession,
    readonly inputs: readonly WorkerTensor[],
    readonly outputs: readonly WorkerTensor[],
    /** Outputs whose shape is only known after a run: onnxruntime makes their memory. */
    private readonly isOpen: readonly boolean[],
  ) {}

  /** Checks and opens a model. Dimensions that it leaves open are 1; outputs' follow from a first run on zeros. */
  static async open(start: Omit<WorkerStart, 'port'>): Promise<OnnxruntimeRunner> {
    const { bytes, externalDirectory } = await checkedModel(start.model, start.name)
    const library = loadOnnxruntime(start)
    library.env.logLevel = 'fatal'
    const session = await library.InferenceSession.create(bytes, {
      intraOpNumThreads: start.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      executionProviders: ['cpu'],
      logSeverityLevel: SILENT,
      ...(externalDirectory !== undefined && {
        extra: { session: { model_external_initializers_file_folder_path: externalDirectory } },
      }),
    })
    try {
      const metadata = metadataOf(session, start.version)
      const inputs = metadata.inputs.map((value) => fixedShape(declaredTensor('input', value), () => 1))
      const declared = metadata.outputs.map((value) => declaredTensor('output', value))
      const isOpen = declared.map((output) => !isFixed(output))
      const outputs = isOpen.includes(true)
        ? await shapesOfRun(library, session, inputs, declared)
        : declared.map((output) => fixedShape(output, () => 1))
      return new OnnxruntimeRunner(library, session, inputs, outputs, isOpen)
    } catch (error) {
      await session.release()
      throw error
    }
  }

  /** Runs the model on these buffers, one per input and output. */
  async run(inputs: readonly ArrayBuffer[], outputs: readonly ArrayBuffer[]): Promise<void> {
    const feeds = tensors(this.library, this.inputs, inputs)
    const fetches: Record<string, Tensor | null> = Object.create(null)
    const given = tensors(this.library, this.outputs, outputs)
    this.outputs.forEach(({ name }, index) => {
      fetches[name] = this.isOpen[index] === true ? null : (given[name] ?? null)
    })
    const results = await this.session.run(feeds, fetches, { logSeverityLevel: SILENT })
    this.outputs.forEach((output, index) => {
      const buffer = outputs[index]
      if (this.isOpen[index] === true && buffer !== undefined)
        copyResult(output, results[output.name], buffer)
    })
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}

function metadataOf(
  session: InferenceSession,
  version: string,
): { readonly inputs: readonly ValueMetadata[]; readonly outputs: readonly ValueMetadata[] } {
  const { inputMetadata, outputMetadata } = session
  if (Array.isArray(inputMetadata) && Array.isArray(outputMetadata)) {
    return { inputs: inputMetadata, outputs: outputMetadata }
  }
  throw new EdgeError('LIBRARY_INCOMPATIBLE', {
    summary: `onnxruntime-node ${version} does not tell what a model's inputs are`,
    expected: 'a version that @edge/runtime names among its peer dependencies',
    found: version,
    remedy: 'Install a newer one: npm install onnxruntime-node',
  })
}

/** The shapes of all outputs, from a run on zeros. */
async function shapesOfRun(
  library: OnnxruntimeLibrary,
  session: InferenceSession,
  inputs: readonly WorkerTensor[],
  outputs: readonly DeclaredTensor[],
): Promise<readonly WorkerTensor[]> {
  const zeros = inputs.map((input) => new ArrayBuffer(tensorBytes(input)))
  let results: InferenceSession.ReturnType
  try {
    results = await session.run(tensors(library, inputs, zeros), { logSeverityLevel: SILENT })
  } catch (cause) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: 'the shapes of the outputs cannot be found out: the model does not run on zeros',
      expected: 'outputs with fixed dimensions, or a model that takes zeros and open dimensions of 1',
      found: cause instanceof Error ? cause.message : String(cause),
      remedy:
        'Give the inputs fixed dimensions, and infer the shapes of the outputs, when exporting the model.',
      cause,
    })
  }
  return outputs.map(({ name, dtype }) => {
    const result = results[name]
    if (result !== undefined) return { name, dtype, shape: result.dims }
    throw new EdgeError('INTERNAL', { summary: `onnxruntime gave no output "${name}"` })
  })
}

function tensors(
  { Tensor }: OnnxruntimeLibrary,
  infos: readonly WorkerTensor[],
  buffers: readonly ArrayBuffer[],
): Record<string, Tensor> {
  // Names come from the model: one of them may be "__proto__".
  const byName: Record<string, Tensor> = Object.create(null)
  infos.forEach(({ name, dtype, shape }, index) => {
    const buffer = buffers[index]
    if (buffer === undefined) throw new EdgeError('INTERNAL', { summary: `no buffer for tensor "${name}"` })
    byName[name] = new Tensor(dtype, typedArray(dtype, buffer), shape)
  })
  return byName
}

function copyResult(output: WorkerTensor, result: Tensor | undefined, buffer: ArrayBuffer): void {
  const data = result?.data
  if (result === undefined || !ArrayBuffer.isView(data)) {
    throw new EdgeError('INTERNAL', { summary: `onnxruntime gave no output "${output.name}"` })
  }
  const shape = `[${result.dims.join(', ')}]`
  if (shape !== `[${output.shape.join(', ')}]`) {
    throw new EdgeError('SHAPE_MISMATCH', {
      summary: `the shape of output "${output.name}" depends on the inputs' values, and changed`,
      expected: `[${output.shape.join(', ')}], as it is for zeros`,
      found: shape,
      remedy: 'Use a model whose outputs have fixed shapes: cut it before the operator that makes them vary.',
    })
  }
  new Uint8Array(buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}
