import { Classifier, type OutputKind } from '@edge/classify'
import { EdgeError } from '@edge/errors'
import type { PresetName } from '@edge/image'
import { findManifest, readFileBounded } from '@edge/model'
import { canIsolate, Session, type SessionOptions } from '@edge/runtime'
import type { ComparedModel } from './compared-model.js'

/** A model to compare. */
export interface VariantSource {
  /** Unique among them: what tables and sentences call it. */
  readonly id: string
  readonly file: string
}

/** How all variants are opened. */
export interface VariantOptions {
  readonly backend: string
  readonly threads: number
  /** How the input is made of pictures; default: as each model's manifest says. */
  readonly preset?: PresetName | undefined
  /** What models return; default: as each one's manifest says, else its graph. */
  readonly outputKind?: OutputKind | undefined
}

/** A model that is open, or why it is not. */
export interface OpenedVariant extends VariantSource {
  readonly classifier: Classifier | undefined
  /** The manifest that its input is made by, where it is the first model's. */
  readonly borrowedManifest: string | undefined
  readonly error: EdgeError | undefined
}

/**
 * Opens variants of one model, one after another. Each is tried in a process of its own first, so that one that brings its runtime down
 * ends nothing else.
 *
 * A variant that has no manifest is taken to want its input as the first one does: it is the same model, and a quantizer that leaves no
 * manifest behind is no reason to compare pictures that were made differently.
 */
export async function* openVariants(
  sources: readonly VariantSource[],
  options: VariantOptions,
): AsyncGenerator<OpenedVariant, void, undefined> {
  const [first, ...others] = sources
  if (first === undefined) return
  yield await openVariant(first, options, undefined)
  const manifest = options.preset === undefined ? await manifestOf(first.file) : undefined
  for (const source of others) {
    const isWithout = manifest !== undefined && (await manifestOf(source.file)) === undefined
    yield await openVariant(source, options, isWithout ? manifest : undefined)
  }
}

async function openVariant(
  source: VariantSource,
  options: VariantOptions,
  borrowedManifest: string | undefined,
): Promise<OpenedVariant> {
  try {
    const classifier = await Classifier.load(source.file, {
      ...sessionOptions(options),
      ...(options.preset !== undefined && { preset: options.preset }),
      ...(options.outputKind !== undefined && { outputKind: options.outputKind }),
      ...(borrowedManifest !== undefined && { manifest: borrowedManifest }),
      requests: 1,
      isolate: await canIsolate(source.file, options.backend),
    })
    return { ...source, classifier, borrowedManifest, error: undefined }
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error
    return { ...source, classifier: undefined, borrowedManifest, error }
  }
}

/** What sessions with a variant are opened with. */
export function sessionOptions({ backend, threads }: VariantOptions): SessionOptions {
  return { backend, threads }
}

/** Path of the manifest beside a model; undefined where there is none, or none that can be read: loading says so. */
async function manifestOf(model: string): Promise<string | undefined> {
  try {
    return (await findManifest(model))?.path
  } catch (error) {
    if (error instanceof EdgeError) return undefined
    throw error
  }
}

// What a FlatBuffer or a protocol buffer can hold is less.
const MOST_BYTES = 2 ** 31

/**
 * Reads a model for what is inside it.
 *
 * @param format - as the session with it tells it.
 * @throws EdgeError `MODEL_UNSUPPORTED` for a format of which nothing inside is known; as reading and opening models throw.
 */
export async function readComparedModel(
  file: string,
  format: string,
  options: VariantOptions,
): Promise<ComparedModel> {
  if (format === 'tflite') {
    const { ComparedTflite } = await import('./tflite-model.js')
    const limits = { what: 'model', maxBytes: MOST_BYTES, tooLarge: 'MODEL_INVALID' } as const
    return new ComparedTflite(await readFileBounded(file, limits))
  }
  if (format === 'onnx') {
    const { loadExternalData, readOnnxFile } = await import('@edge/model/onnx')
    const { ComparedOnnx } = await import('./onnx-model.js')
    const { model, directory } = await readOnnxFile(file)
    // The copies have no directory beside which their data would be found.
    return await ComparedOnnx.read(await loadExternalData(model, directory), (bytes) =>
      Session.open(bytes, sessionOptions(options)),
    )
  }
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'layers cannot be had of a model of this format',
    expected: 'tflite or onnx',
    found: format,
  })
}
