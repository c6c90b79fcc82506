import { createGzip } from 'node:zlib'
import { openFile } from '@edge/model'
import { FAILURES } from '../result/failures.js'
import type { ModelResult, ResultFile, Telemetry } from '../result/schema.js'
import { scenarios } from '../scenario/scenario.js'
import { inferencesOf, steadyTimes, workedMs, workOfRounds } from '../scenario/work.js'
import { summarizeLatency } from '../statistics/latency.js'
import { judgeSamples } from '../statistics/sample-quality.js'
import { throughputOf } from '../statistics/throughput.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'
import { inferenceEnergy, judgeReliability, type Sampled, windowsOf } from '../telemetry/index.js'
import type { MeasuredCase } from './measured-case.js'
import type { PictureChoice } from './picture-choice.js'
import { sensorWarnings } from './sensor-warnings.js'

// From one reading to the next.
const READING_MS = 500

/** The fields of a result that say what a case is. */
export function emptyResult(one: Case, source: string): ModelResult {
  return {
    id: one.id,
    model: one.model.id,
    source,
    backend: one.backend,
    threads: one.threads,
    batch: one.batch,
    ...(one.precision !== undefined && { precision: one.precision }),
    scenario: one.scenario,
    randomWeights: one.model.randomWeights,
    warmUpMs: [],
    samplesMs: [],
    samplesAtMs: [],
    rounds: [],
    samplesOf: [],
    reliable: true,
    warnings: [],
  }
}

/** What a case was measured as, without what needs the sensors' readings. */
export function measuredResult(
  { case: one, source, collected, told, accuracy, warnings, error }: MeasuredCase,
  pictures: PictureChoice,
  confidence: number,
): ModelResult {
  const { tellsLatency, tellsThroughput } = scenarios[one.scenario]
  const latency = tellsLatency
    ? summarizeLatency({ ...collected, images: pictures.images }, confidence)
    : undefined
  const throughput = tellsThroughput
    ? throughputOf(workOfRounds({ ...collected, scenario: one.scenario }), confidence)
    : undefined
  return {
    ...emptyResult(one, source),
    ...collected,
    ...told,
    ...(latency && { latencyMs: latency }),
    ...(throughput && { throughput }),
    ...(accuracy && { accuracy }),
    warnings: [...warnings, ...leftOut(collected, pictures)],
    ...(error && { error }),
  }
}

// How many of them are named.
const LEFT_OUT_TOLD = 3

/** Says which pictures could not be decoded, where a case ran on pictures. */
function leftOut(
  { samplesOf }: Pick<ModelResult, 'samplesOf'>,
  pictures: PictureChoice,
): ModelResult['warnings'] {
  const all = pictures.leftOut
  if (samplesOf.length === 0 || all.length === 0) return []
  const some = all
    .slice(0, LEFT_OUT_TOLD)
    .map(({ image, reason }) => (reason.includes(image) ? reason : `${image}: ${reason}`))
  const more = all.length > some.length ? `; and ${all.length - some.length} more` : ''
  const message = `${all.length} of ${pictures.images.length} pictures were left out: ${some.join('; ')}${more}`
  return [{ code: FAILURES.pictures, message, unreliable: false }]
}

/** Adds to results what the sensors told, and the verdict on whether the figures are to be believed. */
export function judged(
  model: ModelResult,
  sampled: Omit<Sampled, 'cost'>,
  machine: ResultFile['machine'],
  measure: Measure,
): ModelResult {
  if (model.samplesMs.length === 0) return model
  const windows = windowsOf(model)
  const telemetry: Telemetry = {
    // Those of its own time, and one before and after: all models of a run together then have each about once.
    readings: sampled.readings.filter(({ atMs }) =>
      windows.some(({ fromMs, toMs }) => atMs >= fromMs - READING_MS && atMs <= toMs + READING_MS),
    ),
    unreadable: sampled.unreadable,
  }
  const energy = inferenceEnergy({ readings: sampled.readings, windows, inferences: inferencesOf(model) })
  if ('energyMj' in energy) telemetry.energyMj = energy.energyMj
  const steady = steadyTimes(model)
  const verdicts = judgeReliability({
    readings: sampled.readings,
    windows,
    amount: { samples: model.samplesMs.length, seconds: workedMs(model) / 1000 },
    quality: judgeSamples(steady.samplesMs, steady.rounds),
    asked: { minRuns: measure.minRuns, minSeconds: measure.minSeconds },
    machine,
    threads: model.threads,
  })
  const warnings = [...model.warnings, ...verdicts, ...sensorWarnings(sampled)]
  return { ...model, telemetry, warnings, reliable: !warnings.some(({ unreliable }) => unreliable) }
}

/**
 * Sizes of a model's file as it is, and compressed as it would be for a download.
 *
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function fileSizes(path: string): Promise<Pick<ModelResult, 'sizeBytes' | 'gzipBytes'>> {
  const { handle, bytes } = await openFile(path, 'model')
  let gzipBytes = 0
  // The stream closes the handle.
  for await (const chunk of handle.createReadStream().pipe(createGzip())) {
    gzipBytes += Buffer.isBuffer(chunk) ? chunk.length : 0
  }
  return { sizeBytes: bytes, gzipBytes }
}
