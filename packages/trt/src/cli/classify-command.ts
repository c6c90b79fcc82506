import type { BuildProgress } from '@edge/runtime'
import { defaultModelPath } from '../default-model.js'
import { type ClassifyReporter, textReporter } from './classify-reporter.js'
import { csvReporter } from './csv-reporter.js'
import { drained } from './drain.js'
import { EXIT } from './exit-code.js'
import {
  COMMAND_LINE,
  type Failure,
  failureText,
  isUsageError,
  pictureFailureText,
  toFailure,
} from './failure.js'
import { type Flags, oneOf, texts } from './flags.js'
import { jsonLinesReporter, jsonReporter } from './json-reporter.js'
import { classifyAll, loadClassifier, warningText } from './load-classifier.js'
import { readModelFlags } from './model-flags.js'
import { checkSources, type NamedSources, pictureSources } from './picture-sources.js'
import { Progress } from './progress.js'
import { buildBar, progressBar } from './progress-bar.js'
import { ReadAhead } from './read-ahead.js'
import type { StopWatch } from './stop-watch.js'

// Paths that are known before they are wanted: enough to say how many there are, few enough for the memory.
const PATHS_AHEAD = 65_536

/**
 * `edge-trt classify`.
 *
 * @param named - files, directories, patterns, lists.
 * @param flags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags out of range.
 */
export async function classifyCommand(
  named: readonly string[],
  flags: Flags,
  stop: StopWatch,
): Promise<number> {
  const form = oneOf(flags, ['json', 'jsonl', 'csv']) ?? 'text'
  const modelFlags = readModelFlags(flags)
  const sources: NamedSources = {
    named,
    lists: texts(flags, 'list'),
    nullSeparated: flags.null === true,
    recursive: flags.recursive === true,
  }
  checkSources(sources)
  const reporter = REPORTERS[form](process.stdout)
  let model = modelFlags.model
  let [done, failed, known] = [0, 0, 0]
  let exitCode: number = EXIT.ok
  const begin = performance.now()
  const ended = new AbortController()
  const signal = AbortSignal.any([stop.signal, ended.signal])
  const found = new ReadAhead(
    (async function* () {
      for await (const picture of pictureSources(sources, signal)) {
        if (picture.path !== undefined) known += 1
        yield picture
      }
    })(),
    PATHS_AHEAD,
  )
  let engine: BuildProgress | undefined
  const total = () => (found.isComplete ? known : undefined)
  const progress = new Progress(process.stderr, () =>
    engine === undefined
      ? progressBar({ done, failed, total: total(), elapsedMs: performance.now() - begin })
      : buildBar(engine),
  )
  const fail = (failure: Failure, line: string) => {
    exitCode = EXIT.failed
    progress.clear()
    process.stderr.write(line)
    reporter.failed(failure)
  }
  const failPicture = (source: string, error: unknown) => {
    failed += 1
    const failure = toFailure(source, error)
    fail(failure, pictureFailureText(failure, error))
  }
  async function* paths(): AsyncGenerator<string> {
    for await (const picture of found) {
      if (picture.path === undefined) failPicture(picture.source, picture.error)
      else yield picture.path
    }
  }
  try {
    model ??= defaultModelPath()
    reporter.named(model)
    await using classifier = await loadClassifier(model, modelFlags.options, {
      warned: (warning) => {
        progress.clear()
        process.stderr.write(warningText(warning))
        reporter.warned(warning)
      },
      building: (progress) => {
        engine = progress
      },
      signal,
    })
    const results = classifyAll(classifier, paths(), modelFlags.selection, signal)
    reporter.opened(classifier)
    for await (const { source, ...result } of results) {
      // Only where the table goes to the same terminal: elsewhere the line would only flicker.
      if (process.stdout.isTTY) progress.clear()
      if (result.error === undefined) reporter.classified(source, result)
      else failPicture(source, result.error)
      done += 1
      await drained(process.stdout, signal)
    }
  } catch (error) {
    if (stop.reason === undefined) {
      const failure = toFailure(model ?? 'default model', error)
      fail(failure, failureText(failure, error))
      if (isUsageError(error)) exitCode = EXIT.usage
    } else {
      const message = `${stop.reason} after ${done}${found.isComplete ? ` of ${known}` : ''} pictures`
      reporter.failed({ source: COMMAND_LINE, code: 'ABORTED', message })
      // A program reads it in the document; what became of the output was said when it happened.
      if (!form.startsWith('json') && !stop.reason.startsWith('output')) {
        progress.clear()
        process.stderr.write(`${message}\n`)
      }
    }
  } finally {
    ended.abort()
    found.close()
    progress.stop()
    reporter.end()
  }
  return exitCode
}

const REPORTERS: Readonly<
  Record<'text' | 'json' | 'jsonl' | 'csv', (stdout: NodeJS.WriteStream) => ClassifyReporter>
> = { text: textReporter, json: jsonReporter, jsonl: jsonLinesReporter, csv: csvReporter }
