import { Classifier } from '@edge/classify'
import { readClassifyFlags } from './classify-flags.js'
import { jsonReporter, textReporter } from './classify-reporter.js'
import { defaultModelPath, requireDefaultModel } from './default-model.js'
import { EXIT } from './exit-code.js'
import { type Failure, failureText, pictureFailureText, toFailure } from './failure.js'
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
  const model = named ?? defaultModelPath()
  const reporter = json ? jsonReporter(model, process.stdout) : textReporter(process.stdout)
  let done = 0
  let failed = false
  const progress = new Progress(process.stderr, () => `${done} of ${images.length} pictures`)
  const fail = (failure: Failure, line: string) => {
    failed = true
    progress.clear()
    process.stderr.write(line)
    reporter.failed(failure)
  }
  try {
    if (named === undefined) requireDefaultModel()
    const classifier = await Classifier.load(model, options)
    try {
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
    // Whoever stopped it knows why it ends; a program that reads the document does not.
    if (stop.reason !== undefined) reporter.failed(toFailure(images[done] ?? model, error))
    else {
      const failure = toFailure(model, error)
      fail(failure, failureText(failure, error))
    }
  } finally {
    progress.stop()
    reporter.end()
  }
  return failed ? EXIT.failed : EXIT.ok
}
