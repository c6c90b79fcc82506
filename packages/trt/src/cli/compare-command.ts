import {
  type ComparisonProgress,
  compareVariants,
  expectedClasses,
  namedModels,
  sentencesOf,
  type VariantResult,
  type VariantsResult,
  variantsText,
} from '@edge/bench'
import { paletteFor } from '@edge/bench/text'
import { isErrorCode } from '@edge/errors'
import { type CompareFlags, readCompareFlags } from './compare-flags.js'
import { EXIT } from './exit-code.js'
import { type Failure, failureText, isUsageError, toFailure } from './failure.js'
import type { Flags } from './flags.js'
import { inFlags } from './in-flags.js'
import { namedPictures } from './picture-set.js'
import { Progress } from './progress.js'
import { stepBar } from './progress-bar.js'
import type { StopWatch } from './stop-watch.js'

/**
 * `edge-trt compare`.
 *
 * @param models - paths; the first is what the others are compared with.
 * @returns the exit code.
 * @throws UsageError for a command line that makes no sense.
 */
export async function compareCommand(
  models: readonly string[],
  flags: Flags,
  stop: StopWatch,
): Promise<number> {
  const asked = readCompareFlags(models, flags)
  let progress: ComparisonProgress | undefined
  const line = new Progress(process.stderr, () => (progress === undefined ? '' : stepBar(progress)))
  try {
    const result = inWordsOfFlags(
      await compared(asked, stop, (now) => {
        progress = now
      }),
    )
    line.stop()
    const failures = failuresOf(result)
    if (asked.json) {
      for (const failure of failures) process.stderr.write(failureText(failure, undefined))
      writeDocument({
        ...result,
        models: result.models.map((model) => withSentences(model, result)),
        errors: failures,
      })
    } else {
      process.stdout.write(variantsText(result, paletteFor(process.stdout), { layers: asked.layers }))
    }
    return failures.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    line.stop()
    const failure = toFailure('compare', error)
    process.stderr.write(failureText(failure, error))
    if (asked.json) writeDocument({ models: [], errors: [failure] })
    return isUsageError(error) ? EXIT.usage : EXIT.failed
  }
}

async function compared(
  asked: CompareFlags,
  stop: StopWatch,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<VariantsResult> {
  const { backend, threads, preset, outputKind, measure, layerPictures, seed, labels } = asked
  const images = await namedPictures(asked.images)
  return await compareVariants({
    models: namedModels(asked.models),
    images,
    ...(labels !== undefined && { expected: await expectedClasses(labels, images) }),
    backend,
    threads,
    preset,
    outputKind,
    measure,
    layerPictures,
    seed,
    ...(!asked.sensors && { telemetry: false }),
    signal: stop.signal,
    onProgress,
  })
}

function failuresOf({ models, pictures }: VariantsResult): readonly Failure[] {
  return [
    ...models.flatMap(({ source, error }) => (error === undefined ? [] : [failureOf(source, error)])),
    ...pictures.failed.map((picture) => failureOf(picture.image, picture)),
  ]
}

/** A process that was measured may fail with an error that is not of this product. */
function failureOf(source: string, { code, message }: { code: string; message: string }): Failure {
  return { source, code: isErrorCode(code) ? code : 'SUBJECT_FAILED', message }
}

/** Errors of the API for whoever has a command line and no program. */
function inWordsOfFlags(result: VariantsResult): VariantsResult {
  return { ...result, models: result.models.map(worded) }
}

function worded(model: VariantResult): VariantResult {
  const { error, failed, uncompared } = model
  const layers = uncompared?.layers
  return {
    ...model,
    ...(error && { error: { ...error, message: inFlags(error.message) } }),
    ...(failed && { failed: { ...failed, message: inFlags(failed.message) } }),
    ...(layers && { uncompared: { ...uncompared, layers: { ...layers, message: inFlags(layers.message) } } }),
  }
}

function withSentences(model: VariantResult, result: VariantsResult): object {
  return { ...model, sentences: sentencesOf(model, result) }
}

function writeDocument(document: object): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
