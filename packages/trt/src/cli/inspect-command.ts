import { paletteFor, printable } from '@edge/bench/text'
import { EXIT } from './exit-code.js'
import { type Failure, failureText, isUsageError, toFailure, UsageError } from './failure.js'
import { examineEngine, renderEngine } from './inspect-engine.js'
import { type Examination, examineModel } from './inspect-facts.js'
import { renderModel } from './inspect-text.js'
import type { StopWatch } from './stop-watch.js'

const DEFAULT_LAYERS = 10

/**
 * `edge-trt inspect`. It opens no vendor's library, and needs none.
 *
 * @param model - the model's path.
 * @param flags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags out of range.
 */
export async function inspectCommand(
  model: string,
  flags: Readonly<Record<string, unknown>>,
  stop: StopWatch,
): Promise<number> {
  const json = flags.json === true
  const layers = layerCount(flags.layers)
  let found: Examination
  try {
    const engine = model === '' ? undefined : await examineEngine(model)
    if (engine !== undefined) {
      if (json) writeDocument({ model, ...engine, errors: [] })
      else process.stdout.write(renderEngine(model, engine, paletteFor(process.stdout)))
      return EXIT.ok
    }
    found = await examineModel(model)
    stop.signal.throwIfAborted()
  } catch (error) {
    const { reason } = stop
    const failure: Failure =
      reason === undefined
        ? toFailure(model, error)
        : { source: model, code: 'ABORTED', message: `${reason} while ${model} was read` }
    if (reason === undefined) process.stderr.write(failureText(failure, error))
    // A program reads it in the document.
    else if (!json) process.stderr.write(`${printable(failure.message)}\n`)
    if (json) writeDocument({ model, errors: [failure] })
    return isUsageError(error) ? EXIT.usage : EXIT.failed
  }
  const { facts, intermediates, warnings } = found
  for (const warning of warnings) process.stderr.write(`warning: ${printable(warning)}\n`)
  if (json) writeDocument({ model, ...facts, errors: [], ...(warnings.length > 0 && { warnings }) })
  else process.stdout.write(renderModel(model, facts, { layers, intermediates }, paletteFor(process.stdout)))
  return EXIT.ok
}

function layerCount(value: unknown): number {
  if (value === undefined) return DEFAULT_LAYERS
  if (value === 'all') return Number.POSITIVE_INFINITY
  if (typeof value === 'string' && /^\d{1,6}$/.test(value)) return Number(value)
  throw new UsageError(`--layers wants a whole number from 0 to 999999, or all, not ${JSON.stringify(value)}`)
}

function writeDocument(document: object): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
