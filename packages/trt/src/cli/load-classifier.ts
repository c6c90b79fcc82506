import { printable } from '@edge/bench/text'
import { Classifier, type ClassifierOptions } from '@edge/classify'
import { EdgeError } from '@edge/errors'
import type { ImageSource } from '@edge/image'
import { searchManifest } from '@edge/model'
import type { BuildProgress } from '@edge/runtime'
import { BuildNotice } from './build-notice.js'
import { toFailure, UsageError } from './failure.js'
import type { Selection } from './model-flags.js'

/** Who follows the loading. */
export interface Loading {
  /** Is told of a warning, for it to be printed. */
  readonly warned: (warning: string) => void
  /** Is told how far an engine is, where one is built, and undefined at the end. */
  readonly building: (progress: BuildProgress | undefined) => void
  readonly signal: AbortSignal
}

/**
 * Loads a model, after a warning where a manifest beside it is not about it: where loading fails, that is why. Others follow: of an engine
 * that is built, and of a cache that does not keep it.
 */
export async function loadClassifier(
  model: string,
  options: ClassifierOptions,
  { warned, building, signal }: Loading,
): Promise<Classifier> {
  // A manifest that is broken is told of by whoever loads the model.
  const { warning } = await searchManifest(model).catch(() => ({ warning: undefined }))
  if (warning !== undefined) warned(warning)
  signal.throwIfAborted()
  const notice = new BuildNotice(process.stderr, model)
  const onProgress = (progress: BuildProgress) => {
    notice.progressed(progress)
    building(progress)
  }
  try {
    const classifier = await Classifier.load(model, { ...options, onProgress, signal })
    notice.done(classifier.details)
    for (const one of engineWarnings(classifier)) warned(one)
    return classifier
  } finally {
    building(undefined)
  }
}

/** What TensorRT warned of while it built an engine, and why the engine is not kept. */
export function engineWarnings({ details }: Pick<Classifier, 'details'>): readonly string[] {
  return [details.cacheWarning, details.buildWarnings?.split('\n')].flat().filter((one) => one !== undefined)
}

/** A warning as it goes to standard error. */
export function warningText(warning: string): string {
  return `warning: ${printable(warning)}\n`
}

/**
 * Begins to classify.
 *
 * @throws UsageError where the model has no such classes.
 */
export function classifyAll<S extends ImageSource>(
  classifier: Classifier,
  sources: AsyncIterable<S>,
  selection: Selection,
  signal: AbortSignal,
): ReturnType<typeof classifier.classifyMany<S>> {
  const { topK } = selection
  const { classCount } = classifier
  if (topK !== undefined && topK > classCount) {
    throw new UsageError(
      `--top wants a whole number from 1 to ${classCount}, which is how many classes the model has, not ${topK}`,
    )
  }
  try {
    return classifier.classifyMany(sources, { ...selection, signal })
  } catch (error) {
    // What is left to be wrong about the options is what was typed: a label that the model has not.
    if (!(error instanceof EdgeError) || error.code !== 'INVALID_ARGUMENT') throw error
    throw new UsageError(toFailure('', error).message, { cause: error })
  }
}
