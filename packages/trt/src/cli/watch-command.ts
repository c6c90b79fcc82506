import { printable } from '@edge/bench/text'
import type { BuildProgress } from '@edge/runtime'
import { defaultModelPath } from '../default-model.js'
import { textReporter } from './classify-reporter.js'
import { drained } from './drain.js'
import { EXIT } from './exit-code.js'
import { type Failure, failureText, isUsageError, pictureFailureText, toFailure } from './failure.js'
import { type Flags, wholeNumber } from './flags.js'
import { jsonLinesReporter } from './json-reporter.js'
import { classifyAll, loadClassifier, warningText } from './load-classifier.js'
import { readModelFlags } from './model-flags.js'
import { Progress } from './progress.js'
import { buildBar, duration } from './progress-bar.js'
import { SettledFiles } from './settled-files.js'
import type { StopWatch } from './stop-watch.js'

const SETTLE_MS = 250

/**
 * `edge-trt watch`. It ends when it is told to, with a summary on standard error.
 *
 * @param directory - where pictures appear.
 * @param flags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags out of range.
 */
export async function watchCommand(directory: string, flags: Flags, stop: StopWatch): Promise<number> {
  const { model: named, options, selection } = readModelFlags(flags)
  const settleMs = wholeNumber(flags, 'settle', 0, 600_000) ?? SETTLE_MS
  const [existing, newest] = [flags.existing === true, flags.newest === true]
  const reporter = (flags.json === true ? jsonLinesReporter : textReporter)(process.stdout)
  const { signal } = stop
  let [done, failed] = [0, 0]
  let subject = directory
  let exitCode: number = EXIT.ok
  const fail = (failure: Failure, line: string) => {
    process.stderr.write(line)
    reporter.failed(failure)
    exitCode = EXIT.failed
  }
  let files: SettledFiles | undefined
  const begin = performance.now()
  try {
    // Before the model is loaded: what appears meanwhile is not missed.
    files = new SettledFiles(directory, { settleMs, existing, newest })
    subject = named ?? defaultModelPath()
    let engine: BuildProgress | undefined
    const line = new Progress(process.stderr, () => (engine === undefined ? '' : buildBar(engine)))
    // With more at a time, pictures would be asked for before there is time for them, and newer ones come later.
    const classifierOptions = newest ? { ...options, requests: 1 } : options
    await using classifier = await loadClassifier(subject, classifierOptions, {
      warned: (warning) => {
        line.clear()
        process.stderr.write(warningText(warning))
        reporter.warned(warning)
      },
      building: (progress) => {
        engine = progress
        if (progress === undefined) line.stop()
      },
      signal,
    })
    const results = classifyAll(classifier, files, selection, signal)
    subject = directory
    reporter.opened(classifier)
    process.stderr.write(`watching ${printable(directory)}\n`)
    for await (const { source, ...result } of results) {
      if (result.error === undefined) reporter.classified(source, result)
      else {
        failed += 1
        const failure = toFailure(source, result.error)
        fail(failure, pictureFailureText(failure, result.error))
      }
      done += 1
      await drained(process.stdout, signal)
    }
  } catch (error) {
    if (stop.reason === undefined) {
      const failure = toFailure(subject, error)
      fail(failure, failureText(failure, error))
      if (isUsageError(error)) exitCode = EXIT.usage
    }
  } finally {
    files?.close()
    if (files !== undefined) {
      const counts = [
        `${done} ${done === 1 ? 'picture' : 'pictures'}`,
        `${failed} failed`,
        ...(newest ? [`${files.passedOver} passed over`] : []),
      ]
      const seconds = (performance.now() - begin) / 1000
      process.stderr.write(`watched ${printable(directory)} for ${duration(seconds)}: ${counts.join(', ')}\n`)
    }
    reporter.end()
  }
  return exitCode
}
