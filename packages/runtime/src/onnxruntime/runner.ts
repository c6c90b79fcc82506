import { EdgeError } from '@edge/errors'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { checkedOnnx } from '../checked-onnx.js'
import { tensorBytes, typedArray } from './elements.js'
import { modelRefused, runFailed } from './failures.js'
import { loadOnnxruntime, type OnnxruntimeLibrary } from './library.js'
import { NativeGate } from './native-gate.js'
import { providePlainLong } from './plain-long.js'
import type { RunMessage, WorkerStart, WorkerTensor } from './protocol.js'
import {
  bindDimensions,
  type DeclaredTensor,
  declaredTensor,
  defaultShape,
  inputTensor,
  outputTensor,
  type ValueMetadata,
} from './shapes.js'

/** No line of onnxruntime's goes to stderr: what it has to say becomes part of an error. */
const SILENT = 4

/** Inputs and outputs at one choice of the dimensions that a model leaves open. */
export interface Signature {
  readonly inputs: readonly WorkerTensor[]
  readonly outputs: readonly WorkerTensor[]
}

/** What a run gave. */
export interface RunResult {
  readonly outputs: readonly ArrayBuffer[]
  readonly shapes: readonly (readonly number[])[]
}

/** A model inside onnxruntime, on the worker's own thread, which its runs block. */
export class OnnxruntimeRunner {
  private constructor(
    private readonly library: OnnxruntimeLibrary,
    private readonly session: InferenceSession,
    private readonly gate: NativeGate,
    private readonly inputs: readonly DeclaredTensor[],
    private readonly outputs: readonly DeclaredTensor[],
  ) {}

  /** Checks and opens a model. */
  static async open(start: Omit<WorkerStart, 'port'>): Promise<OnnxruntimeRunner> {
    // Before protobufjs is loaded, which happens there.
    providePlainLong()
    const { bytes, externalDirectory } = await checkedOnnx(start.model, start.name, start.validate)
    const library = loadOnnxruntime(start)
    library.env.logLevel = 'fatal'
    const gate = new NativeGate(start.gate)
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: start.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      executionProviders: ['cpu'],
      logSeverityLevel: SILENT,
      ...(externalDirectory !== undefined && {
        extra: { session: { model_external_initializers_file_folder_path: externalDirectory } },
      }),
    }
    const session = await gate
      .during(() => library.InferenceSession.create(bytes, options))
      .catch((cause: unknown) => {
        throw modelRefused(cause, start.name)
      })
    try {
      const metadata = metadataOf(session, start.version)
      const inputs = metadata.inputs.map((value) => declaredTensor('input', value))
      const outputs = metadata.outputs.map((value) => declaredTensor('output', value))
      return new own(library, session, gate, inputs, outputs)
    } catch (error) {
      await gate.during(() => session.release())
      throw error
    }
  }

  /**
   * Inputs and outputs before anybody chose shapes: dimensions that the model leaves open are 1. A run on zeros shows the shapes of
   * outputs that do not follow from that; where the model does not run on zeros, they stay open.
   */
  async defaultSignature(): Promise<Signature> {
    const signature = this.#signature(this.inputs.map(defaultShape))
    if (!signature.outputs.some(({ dynamic }) => dynamic)) return signature
    return await this.#afterRunOnZeros(signature).catch(() => signature)
  }

  /**
   * Inputs and outputs with these shapes of the inputs.
   *
   * @throws EdgeError `SHAPE_MISMATCH` where the model cannot take them, which a run on zeros shows.
   */
  async signatureWith(shapes: readonly (readonly number[])[]): Promise<Signature> {
    const signature = this.#signature(shapes)
    try {
      return await this.#afterRunOnZeros(signature)
    } catch (cause) {
      if (cause instanceof EdgeError && cause.code === 'OUT_OF_MEMORY') throw cause
      throw new EdgeError('SHAPE_MISMATCH', {
        summary: 'the model does not run with these shapes of its inputs',
        expected: 'shapes that fit together',
        found: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Export the model with open dimensions where you need other sizes.',
      })
    }
  }

  /** Runs the model on these buffers. */
  async run(
    message: Pick<RunMessage, 'inputs' | 'inputShapes' | 'outputs' | 'outputShapes'>,
  ): Promise<RunResult> {
    // Names come from the model: one of them may be "__proto__".
    const feeds: Record<string, Tensor> = Object.create(null)
    const fetches: Record<string, Tensor | null> = Object.create(null)
    this.inputs.forEach((input, index) => {
      feeds[input.name] = this.#tensor(input, message.inputs[index], message.inputShapes[index])
    })
    this.outputs.forEach((output, index) => {
      const shape = message.outputShapes[index]
      fetches[output.name] = shape === undefined ? null : this.#tensor(output, message.outputs[index], shape)
    })
    const results = await this.gate
      .during(() => this.session.run(feeds, fetches, { logSeverityLevel: SILENT }))
      .catch((cause: unknown) => {
        throw runFailed(cause)
      })
    const given = this.outputs.map(({ name }) => resultOf(results, name))
    return {
      shapes: given.map(({ dims }) => dims),
      outputs: given.map(({ data }, index) => {
        const own = message.outputs[index]
        if (message.outputShapes[index] !== undefined && own !== undefined) return own
        if (!ArrayBuffer.isView(data)) throw new EdgeError('INTERNAL', { summary: 'an output holds text' })
        // A copy, since memory of onnxruntime's own cannot go to another thread.
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer
      }),
    }
  }

  async close(): Promise<void> {
    await this.gate.during(() => this.session.release())
  }

  #signature(shapes: readonly (readonly number[])[]): Signature {
    const dimensions = bindDimensions(this.inputs, shapes)
    return {
      inputs: this.inputs.map((input, index) => inputTensor(input, shapes[index] ?? [])),
      outputs: this.outputs.map((output) => outputTensor(output, dimensions)),
    }
  }

  async #afterRunOnZeros({ inputs, outputs }: Signature): Promise<Signature> {
    const { shapes } = await this.run({
      inputs: inputs.map((input) => zeros(input)),
      inputShapes: inputs.map(({ shape }) => shape),
      outputs: [],
      outputShapes: [],
    })
    return {
      inputs,
      outputs: outputs.map((output, index) => ({ ...output, shape: shapes[index] ?? output.shape })),
    }
  }

  #tensor(
    { name, dtype }: DeclaredTensor,
    buffer: ArrayBuffer | undefined,
    shape: readonly number[] | undefined,
  ): Tensor {
    if (buffer === undefined || shape === undefined) {
      throw new EdgeError('INTERNAL', { summary: `no buffer for tensor "${name}"` })
    }
    return new this.library.Tensor(dtype, typedArray(dtype, buffer), shape)
  }
}

/** The class for its own use: a class that names itself inside gets another name from the bundler, in stacks and wherever it is printed. */
const own = OnnxruntimeRunner

function zeros(input: WorkerTensor): ArrayBuffer {
  const bytes = tensorBytes(input)
  try {
    return new ArrayBuffer(bytes)
  } catch {
    throw new EdgeError('OUT_OF_MEMORY', {
      summary: `there is no memory for the input "${input.name}"`,
      expected: `${bytes} bytes`,
      found: `the shape [${input.shape.join(', ')}]`,
      remedy: 'Use smaller shapes.',
    })
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

function resultOf(results: InferenceSession.ReturnType, name: string): Tensor {
  const result = results[name]
  if (result !== undefined) return result
  throw new EdgeError('INTERNAL', { summary: `onnxruntime gave no output "${name}"` })
}
