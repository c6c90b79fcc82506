import { Classifier } from '@edge/classify'
import { searchManifest } from '@edge/model'
import { defaultModelPath } from '../default-model.js'
import { readClassifyFlags } from './classify-flags.js'
import { type ClassifyReporter, jsonReporter, textReporter } from './classify-reporter.js'
import { EXIT } from './exit-code.js'
import {
  COMMAND_LINE,
  type Failure,
  failureText,
  isUsageError,
  pictureFailureText,
  toFailure,
  UsageError,
} from './failure.js'
import { printable } from './printable.js'
import { Progress } from './progress.js'
import type { StopWatch } from './stop-watch.js'

/**
 * `edge-trt classify`.
 *
 * @param images - paths, at least one.
 * @param rawFlags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags out of range.
 */
export async function classifyCommand(
  images: readonly string[],
  rawFlags: Readonly<Record<string, unknown>>,
  stop: StopWatch,
): Promise<number> {
  const { model: named, topK, json, options } = readClassifyFlags(rawFlags)
  const reporter = json ? jsonReporter(process.stdout) : textReporter(process.stdout)
  let model = named
  let done = 0
  let exitCode: number = EXIT.ok
  const progress = new Progress(process.stderr, () => `${done} of ${images.length} pictures`)
  const fail = (failure: Failure, line: string) => {
    exitCode = EXIT.failed
    progress.clear()
    process.stderr.write(line)
    reporter.failed(failure)
  }
  try {
    model ??= defaultModelPath()
    reporter.named(model)
    await warnOfManifest(model, reporter)
    stop.signal.throwIfAborted()
    const classifier = await Classifier.load(model, options)
    try {
      if (topK !== undefined && topK > classifier.classCount) throw tooMany(topK, classifier.classCount)
      const { signal } = stop
      const results = classifier.classifyMany(images, { signal, ...(topK !== undefined && { topK }) })
      reporter.opened(classifier)
      for await (const { source, ...result } of results) {
        // Only where the table goes to the same terminal: elsewhere the line would only flicker.
        if (!json && process.stdout.isTTY) progress.clear()
        if (result.error === undefined) reporter.classified(source, result)
        else {
          const failure = toFailure(source, result.error)
          fail(failure, pictureFailureText(failure, result.error))
        }
        done += 1
      }
    } finally {
      await classifier.dispose()
    }
  } catch (error) {
    if (stop.reason !== undefined) {
      const message = `${stop.reason} after ${done} of ${images.length} pictures`
      reporter.failed({ source: images[done] ?? COMMAND_LINE, code: 'ABORTED', message })
      // A program reads it in the document; what became of the output was said when it happened.
      if (!json && !stop.reason.startsWith('output')) {
        progress.clear()
        process.stderr.write(`${message}\n`)
      }
    } else {
      const failure = toFailure(model ?? 'default model', error)
      fail(failure, failureText(failure, error))
      if (isUsageError(error)) exitCode = EXIT.usage
    }
  } finally {
    progress.stop()
    reporter.end()
  }
  return exitCode
}

/** Said before the model is loaded: where that fails, this is why. */
async function warnOfManifest(model: string, reporter: ClassifyReporter): Promise<void> {
  // A manifest that is broken is told of by whoever loads the model.
  const { warning } = await searchManifest(model).catch(() => ({ warning: undefined }))
  if (warning === undefined) return
  process.stderr.write(`warning: ${printable(warning)}\n`)
  reporter.warned(warning)
}

function tooMany(topK: number, classCount: number): UsageError {
  return new UsageError(
    `--top wants a whole number from 1 to ${classCount}, which is how many classes the model has, not ${topK}`,
  )
}
