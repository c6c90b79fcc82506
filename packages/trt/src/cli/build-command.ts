import { existsSync } from 'node:fs'
import { byteSize, grouped, printable } from '@edge/bench/text'
import { PRESET_NAMES } from '@edge/image'
import { type BuildProgress, type BuiltEngineFile, buildEngine, type CalibrationOptions } from '@edge/runtime'
import { refuseInputs } from './build-inputs.js'
import { BuildNotice } from './build-notice.js'
import { batchesOfPictures } from './calibration-pictures.js'
import { NewFile } from './engine-file.js'
import { type EngineFlags, engineOptions, readEngineFlags } from './engine-flags.js'
import { readCalibration } from './engines-command.js'
import { EXIT } from './exit-code.js'
import { COMMAND_LINE, type Failure, failureText, isUsageError, toFailure, UsageError } from './failure.js'
import { choice, type Flags, text } from './flags.js'
import { warningText } from './load-classifier.js'
import { Progress } from './progress.js'
import { buildBar, duration } from './progress-bar.js'
import type { StopWatch } from './stop-watch.js'

/**
 * `edge-trt build`.
 *
 * @param model - path of an .onnx model.
 * @param flags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function buildCommand(model: string, flags: Flags, stop: StopWatch): Promise<number> {
  if (model === '') throw new UsageError('the model wants a path')
  const engine = readEngineFlags(flags)
  const path = text(flags, 'output') ?? engineName(model)
  await refuseInputs(path, model, text(flags, 'calibrationCache'))
  const calibration = await calibrationOf(model, flags, engine, stop.signal)
  const json = flags.json === true
  let now: BuildProgress | undefined
  const line = new Progress(process.stderr, () =>
    now === undefined ? `reading ${printable(model)}` : buildBar(now),
  )
  const notice = new BuildNotice(process.stderr, model)
  const begin = performance.now()
  let file: NewFile | undefined
  let ranges: NewFile | undefined
  try {
    file = await NewFile.at(path, { replace: flags.force === true })
    if (calibration?.keepAt !== undefined) ranges = await NewFile.at(calibration.keepAt, { replace: false })
    const options = engineOptions(engine)
    let found: Uint8Array | undefined
    const built = await buildEngine(model, {
      ...options,
      tensorrt: {
        ...options.tensorrt,
        ...(calibration !== undefined && {
          calibration: {
            ...calibration.options,
            onCache: (cache: Uint8Array) => {
              found = cache
            },
          },
        }),
      },
      signal: stop.signal,
      onProgress: (progress) => {
        now = progress
        notice.progressed(progress)
      },
    })
    line.stop()
    if (found !== undefined) await ranges?.write(found)
    await file.write(built.plan)
    const result: Built = {
      model,
      path,
      built,
      precision: engine.precision ?? 'fp32',
      pictures: calibration?.used(),
    }
    for (const warning of built.warnings) process.stderr.write(warningText(warning))
    process.stdout.write(json ? `${JSON.stringify(document(result), null, 2)}\n` : words(result))
    return EXIT.ok
  } catch (error) {
    line.stop()
    if (error instanceof UsageError) throw error
    const { reason } = stop
    const seconds = (performance.now() - begin) / 1000
    const failure: Failure =
      reason === undefined
        ? toFailure(model, error)
        : {
            source: COMMAND_LINE,
            code: 'ABORTED',
            message: `${reason} after ${duration(seconds)}, nothing written`,
          }
    if (reason === undefined) process.stderr.write(failureText(failure, error))
    // A program reads it in the document.
    else if (!json) process.stderr.write(`${failure.message}\n`)
    if (json) process.stdout.write(`${JSON.stringify({ model, engine: null, errors: [failure] }, null, 2)}\n`)
    return isUsageError(error) ? EXIT.usage : EXIT.failed
  } finally {
    await file?.discard()
    await ranges?.discard()
  }
}

function engineName(model: string): string {
  return `${model.replace(/\.onnx$/i, '')}.engine`
}

const METHODS = { entropy: 'entropy', 'min-max': 'minMax' } as const

interface Calibration {
  readonly options: CalibrationOptions
  /** Where the ranges that are found are to be kept. */
  readonly keepAt?: string
  /** How many pictures were used so far. */
  readonly used: () => number
}

async function calibrationOf(
  model: string,
  flags: Flags,
  { precision, tensorrt }: EngineFlags,
  signal: AbortSignal,
): Promise<Calibration | undefined> {
  const pictures = text(flags, 'calibrate')
  const cache = text(flags, 'calibrationCache')
  const preset = choice(flags, 'preset', PRESET_NAMES)
  const method = METHODS[choice(flags, 'calibrationMethod', ['entropy', 'min-max']) ?? 'entropy']
  if (pictures === undefined && cache === undefined) {
    if (flags.calibrationMethod !== undefined) {
      throw new UsageError('--calibration-method goes with --calibrate or --calibration-cache')
    }
    if (preset !== undefined) throw new UsageError('--preset is for the pictures of --calibrate')
    return undefined
  }
  if (precision !== 'int8' && precision !== 'best') {
    throw new UsageError('--calibrate and --calibration-cache are for --precision int8 or best')
  }
  if (cache !== undefined && existsSync(cache)) {
    return { options: { cache: await readCalibration(cache), method }, used: () => 0 }
  }
  if (pictures === undefined) {
    throw new UsageError(
      `--calibration-cache names no file that is there, ${cache}; name pictures by --calibrate to make it`,
    )
  }
  let count = 0
  const [input] = Object.values(tensorrt.profiles?.[0] ?? {})
  const used = (pictures: number) => {
    count = pictures
  }
  const batches = batchesOfPictures({ model, pictures, preset, shape: input?.opt, used, signal })
  return { options: { batches, method }, ...(cache !== undefined && { keepAt: cache }), used: () => count }
}

interface Built {
  readonly model: string
  readonly path: string
  readonly precision: string
  readonly built: BuiltEngineFile
  /** How many were calibrated with; undefined without calibration. */
  readonly pictures: number | undefined
}

function document({ model, path, precision, built, pictures }: Built): object {
  const { plan, details, buildMs, calibrationBatches, warnings } = built
  return {
    model,
    engine: path,
    bytes: plan.byteLength,
    precision,
    ...details,
    buildMs,
    calibration: pictures === undefined ? null : { pictures, batches: calibrationBatches },
    warnings,
    errors: [],
  }
}

function words({ path, precision, built, pictures }: Built): string {
  const { plan, details, buildMs } = built
  const calibrated =
    pictures === undefined
      ? ''
      : pictures === 0
        ? ', with ranges of an earlier calibration'
        : `, calibrated with ${grouped(pictures)} ${pictures === 1 ? 'picture' : 'pictures'}`
  const { gpu, tensorrt } = details
  return [
    `${printable(path)}: ${byteSize(plan.byteLength)}, ${precision}${calibrated}`,
    `built in ${duration(buildMs / 1000)} for TensorRT ${printable(tensorrt)} on ${printable(gpu)}`,
    '',
  ].join('\n')
}
