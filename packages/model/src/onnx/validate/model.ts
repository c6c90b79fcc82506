import { checkOptionNames, type NamesOf } from '@edge/errors'
import { checkModel } from '../../arguments.js'
import type { ModelProto } from '../schema.js'
import { type ModelContext, readOpsets } from './context.js'
import { readFunctions, validateCalls, validateFunctions } from './functions.js'
import { validateGraph } from './graph.js'
import { invalid, quote } from './invalid.js'

/** What {@link validateOnnx} may look at besides the model. */
export interface OnnxValidationOptions {
  /**
   * Sizes of the files with the model's external data, by location, as {@link externalFileSizes} finds them. Default: that data end
   * inside their files is not checked; everything else about them is.
   */
  readonly externalFileBytes?: ReadonlyMap<string, number>
}

const OPTIONS: NamesOf<OnnxValidationOptions> = { externalFileBytes: true }

/**
 * Checks a model's structure before a vendor's library sees it:
 *
 * - names: given once, and before they are used, in subgraphs too; nodes in topological order, no cycles;
 * - tensors: type known, shape countable, exactly as much data as the shape asks for, external data inside their files;
 * - attributes: one value, of the type they say; operator sets: imported once each, and every node's among them;
 * - functions: no recursion, and calls that do not multiply without measure.
 *
 * What operators demand of their inputs is left to the library that runs them.
 *
 * @throws EdgeError `MODEL_INVALID`, naming the place of the first mistake.
 *
 * @example
 * ```ts
 * const { model, directory } = await readOnnxFile('model.onnx')
 * validateOnnx(model, { externalFileBytes: await externalFileSizes(model, directory) })
 * ```
 */
export function validateOnnx(model: ModelProto, options: OnnxValidationOptions = {}): void {
  checkModel(model, 'opsetImport', 'readOnnx')
  checkOptionNames(options, OPTIONS, 'validateOnnx')
  const { irVersion, graph } = model
  if (irVersion === undefined || irVersion < 1n) {
    throw invalid('irVersion', 'it is missing', '1 or more', String(irVersion ?? 'none'))
  }
  if (graph === undefined) throw invalid('graph', 'it is missing', 'a graph', 'none')
  const opsets = readOpsets(model.opsetImport, 'opsetImport')
  if (irVersion >= 3n && opsets.size === 0) {
    throw invalid('opsetImport', 'no operator set is imported', 'at least one', 'none')
  }
  validateKeys(model)
  const context: ModelContext = {
    irVersion,
    opsets,
    functions: readFunctions(model),
    inFunction: false,
    externalFileBytes: options.externalFileBytes,
  }
  validateCalls(model, context)
  validateFunctions(model, context)
  const scope = validateGraph(graph, 'graph', context, undefined)
  model.trainingInfo.forEach(({ initialization, algorithm }, index) => {
    // These graphs are run beside the model's own, whose names they use.
    if (initialization !== undefined)
      validateGraph(initialization, `trainingInfo[${index}].initialization`, context, scope)
    if (algorithm !== undefined) validateGraph(algorithm, `trainingInfo[${index}].algorithm`, context, scope)
  })
}

function validateKeys({ metadataProps }: ModelProto): void {
  const keys = new Set<string>()
  metadataProps.forEach(({ key = '' }, index) => {
    if (keys.has(key))
      throw invalid(`metadataProps[${index}]`, 'two have one key', 'each key once', quote(key))
    keys.add(key)
  })
}
