import { createGzip } from 'node:zlib'
import { openFile } from '@edge/model'
import type { ModelResult, ResultFile, Telemetry } from '../result/schema.js'
import { summarizeLatency } from '../statistics/latency.js'
import { momentsOf } from '../statistics/moments.js'
import { median } from '../statistics/quantile.js'
import { samplesOfRounds } from '../statistics/rounds.js'
import { judgeSamples } from '../statistics/sample-quality.js'
import { throughputOf } from '../statistics/throughput.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'
import { inferenceEnergy, judgeReliability, type Sampled, windowsOf } from '../telemetry/index.js'
import type { MeasuredCase } from './measured-case.js'

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
  measured: MeasuredCase,
  images: readonly string[],
  confidence: number,
): ModelResult {
  const { collected, loaded, peakRssBytes, error } = measured
  const latency = summarizeLatency({ ...collected, images }, confidence)
  const throughput = throughputOf(worksOf(collected), confidence)
  return {
    ...emptyResult(measured.case, measured.source),
    ...collected,
    ...(loaded && { version: loaded.version, loadMs: loaded.loadMs, firstRunMs: loaded.firstRunMs }),
    ...(peakRssBytes !== undefined && { peakRssBytes }),
    ...(latency && { latencyMs: latency }),
    ...(throughput && measured.case.scenario !== 'server' && { throughput }),
    ...(measured.accuracy && { accuracy: measured.accuracy }),
    warnings: [...measured.warnings],
    ...(error && { error }),
  }
}

/** Adds to results what the sensors told, and the verdict on whether the figures are to be believed. */
export function judged(
  model: ModelResult,
  sampled: Pick<Sampled, 'readings' | 'unreadable'>,
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
  const energy = inferenceEnergy({ readings: sampled.readings, windows, inferences: model.samplesMs.length })
  if ('energyMj' in energy) telemetry.energyMj = energy.energyMj
  const roundMedians = Float64Array.from(samplesOfRounds(model), (samples) => median(samples))
  const { mean, stddev } = momentsOf(roundMedians)
  const quality = judgeSamples(model.samplesMs, model.rounds)
  const verdicts = judgeReliability({
    readings: sampled.readings,
    windows,
    stability: {
      samples: model.samplesMs.length,
      seconds: model.samplesMs.reduce((sum, ms) => sum + ms, 0) / 1000,
      drift: quality.drift?.drifted === true ? quality.drift.change : 0,
      noise: roundMedians.length > 1 && mean > 0 ? stddev / mean : 0,
    },
    asked: { minRuns: measure.minRuns, minSeconds: measure.minSeconds },
    machine,
    threads: model.threads,
  })
  const warnings = [...model.warnings, ...verdicts]
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

function worksOf({ samplesMs, samplesAtMs, rounds }: Parameters<typeof windowsOf>[0]) {
  const counts = new Map<number, number>()
  for (const round of rounds) counts.set(round, (counts.get(round) ?? 0) + 1)
  const windows = windowsOf({ samplesMs, samplesAtMs, rounds })
  return [...counts.values()].flatMap((inferences, index) => {
    const window = windows[index]
    const seconds = window === undefined ? 0 : (window.toMs - window.fromMs) / 1000
    return seconds > 0 ? [{ inferences, seconds }] : []
  })
}
