import { checkOptionNames, type NamesOf } from '@edge/errors'
import { checkModel } from '../../arguments.js'
import { modelName } from '../../source-name.js'
import type { TfliteModel } from '../model.js'
import { readTflite } from '../read.js'
import { checkControlFlow } from './control-flow.js'
import { checkMemory } from './memory.js'
import { Place } from './place.js'
import { checkSignatures } from './signatures.js'
import { checkSubGraph } from './subgraph.js'
import { checkVariables } from './variables.js'

/** How a model is validated. */
export interface ValidateOptions {
  /** What to call the model in messages; "the TFLite model" if left out. */
  readonly source?: string
}

const OPTIONS: NamesOf<ValidateOptions> = { source: true }

/** The version of the schema that all files in use have. */
const SCHEMA_VERSION = 3

/**
 * Checks a .tflite file before a vendor's library sees it: TensorFlow Lite checks that a file is a FlatBuffer, and takes much of what
 * it means for granted.
 *
 * Checked are: offsets; indices of tensors, buffers, operator codes, subgraphs and signatures; that each buffer is as large as shape
 * and dtype of its tensors say; quantization and sparsity against shapes; that operators come in the order they need each other, and
 * write a tensor once; that graphs do not run themselves; that what is computed needs at most 4 GiB at one time, and inputs and outputs
 * together 384 MiB; and, operator by operator, what kernels divide by or index with: strides,
 * windows, axes, shapes, paddings, indices. Weights are not looked at.
 *
 * A model that passes may still be refused by the runtime: whether it has the operators, and whether dtypes suit them, is not checked.
 *
 * @param bytes - the whole file.
 * @throws EdgeError `MODEL_INVALID`, with subgraph, operator or tensor, and what was expected; `MODEL_UNSUPPORTED` where weights lie
 *   outside the FlatBuffer, as in files beyond 2 GB: TensorFlow Lite's C library, at least to version 2.20, does not read them.
 *
 * @example
 * ```ts
 * validateTflite(await readFile('download.tflite'))
 * const session = await Session.open('download.tflite')
 * ```
 */
export function validateTflite(bytes: Uint8Array, options: ValidateOptions = {}): void {
  checkOptionNames(options, OPTIONS, 'validateTflite')
  const { source = 'the TFLite model' } = options
  // What is unknown here is not looked at by the runtimes of today either.
  validateTfliteModel(readTflite(bytes, { source, unknownFields: 'ignore' }), { source })
}

/**
 * Checks a model as {@link validateTflite} does, for those who have read it, or made it.
 *
 * @throws EdgeError `MODEL_INVALID`, `MODEL_UNSUPPORTED`.
 */
export function validateTfliteModel(model: TfliteModel, options: ValidateOptions = {}): void {
  checkModel(model, 'subgraphs', 'readTflite')
  checkOptionNames(options, OPTIONS, 'validateTfliteModel')
  const { source = 'the TFLite model' } = options
  const root = new Place(modelName(source))
  if (model.version !== SCHEMA_VERSION)
    throw root.error('its schema version', String(SCHEMA_VERSION), model.version)
  const { subgraphs = [] } = model
  if (subgraphs.length === 0) throw root.error('its subgraphs', 'at least one', 'none')
  checkMetadata(model, root)
  subgraphs.forEach((graph, index) => {
    checkSubGraph(model, index, graph, root)
  })
  const called = checkControlFlow(model, root)
  checkVariables(model, root)
  checkSignatures(model, root)
  checkMemory(model, called, root)
}

function checkMetadata({ metadata, buffers = [] }: TfliteModel, root: Place): void {
  for (const { name, buffer } of metadata ?? []) {
    if (buffer >= buffers.length) {
      throw root
        .in(`metadata ${name ?? 'without a name'}`)
        .error('its buffer', `an index below ${buffers.length}`, buffer)
    }
  }
}
