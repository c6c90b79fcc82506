import type { Extreme, Interval, ModelResult, ResultFile, Settings, Share } from '../result/schema.js'
import { csvField } from '../text/csv-field.js'

type Value = string | number | boolean | undefined

/**
 * Results as RFC 4180 has it: a line of titles and a line for each model, numbers in full precision and in the units that their titles
 * end with. What there is not is an empty field.
 */
export function modelsCsv({ models, settings }: ResultFile): string {
  const rows = models.map((model) => modelRow(model, settings))
  // All rows have the same members; of no models there are still titles.
  const titles = Object.keys(rows[0] ?? modelRow(NO_MODEL, settings))
  return [titles, ...rows.map((row) => titles.map((title) => row[title]))].map(line).join('')
}

/** A line for each inference of the steady state, in parts: there may be hundreds of thousands. */
export function* samplesCsv({ models, images }: ResultFile): Generator<string> {
  yield line(['id', 'round', 'index', 'atMs', 'ms', 'image'])
  for (const { id, samplesMs, samplesAtMs, rounds, samplesOf } of models) {
    for (const [index, ms] of samplesMs.entries()) {
      const image = samplesOf[index]
      yield line([
        id,
        rounds[index],
        index,
        samplesAtMs[index],
        ms,
        image === undefined ? undefined : images[image],
      ])
    }
  }
}

function line(values: readonly Value[]): string {
  return `${values.map(field).join(',')}\r\n`
}

/**
 * Spreadsheets run text that begins like a formula, whoever wrote it: names of files and models get an apostrophe in front, which makes
 * them text there. Numbers are left alone.
 */
function field(value: Value): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  return csvField(/^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value)
}

const NO_MODEL: ModelResult = {
  id: '',
  model: '',
  source: '',
  backend: '',
  threads: 1,
  batch: 1,
  scenario: 'single-stream',
  randomWeights: false,
  warmUpMs: [],
  samplesMs: [],
  samplesAtMs: [],
  rounds: [],
  samplesOf: [],
  reliable: true,
  warnings: [],
}

function modelRow(model: ModelResult, { endToEnd }: Settings): Record<string, Value> {
  const { latencyMs: latency, accuracy, telemetry } = model
  return {
    id: model.id,
    model: model.model,
    source: model.source,
    backend: model.backend,
    version: model.version,
    threads: model.threads,
    batch: model.batch,
    precision: model.precision,
    scenario: model.scenario,
    // Whether times have decoding and preprocessing in them.
    endToEnd,
    randomWeights: model.randomWeights,
    sizeBytes: model.sizeBytes,
    gzipBytes: model.gzipBytes,
    peakRssBytes: model.peakRssBytes,
    loadMs: model.loadMs,
    firstRunMs: model.firstRunMs,
    samples: latency?.samples,
    meanMs: latency?.mean,
    medianMs: latency?.median,
    stddevMs: latency?.stddev,
    ...extremeFields('min', latency?.min),
    ...extremeFields('max', latency?.max),
    ...intervalFields('p50', 'Ms', latency?.p50),
    ...intervalFields('p90', 'Ms', latency?.p90),
    ...intervalFields('p95', 'Ms', latency?.p95),
    ...intervalFields('p99', 'Ms', latency?.p99),
    ...intervalFields('throughput', 'PerSecond', model.throughput),
    ...shareFields('top1', accuracy?.top1),
    ...shareFields('top5', accuracy?.top5),
    energyMj: telemetry?.energyMj?.value,
    energySource: telemetry?.energyMj?.source,
    reliable: model.reliable,
    warnings: model.warnings.map(({ code, message }) => `${code}: ${message}`).join('; '),
    errorCode: model.error?.code,
    errorMessage: model.error?.message,
    skipped: model.skipped,
  }
}

function extremeFields(name: string, extreme: Extreme | undefined): Record<string, Value> {
  return {
    [`${name}Ms`]: extreme?.ms,
    [`${name}Index`]: extreme?.index,
    [`${name}Image`]: extreme?.image,
    [`${name}RankLow`]: extreme?.ranks?.[0],
    [`${name}RankHigh`]: extreme?.ranks?.[1],
  }
}

function intervalFields(name: string, unit: string, interval: Interval | undefined): Record<string, Value> {
  return {
    [`${name}${unit}`]: interval?.value,
    [`${name}Low${unit}`]: interval?.low,
    [`${name}High${unit}`]: interval?.high,
  }
}

function shareFields(name: string, share: Share | undefined): Record<string, Value> {
  return {
    [name]: share?.interval.value,
    [`${name}Low`]: share?.interval.low,
    [`${name}High`]: share?.interval.high,
    [`${name}Count`]: share?.count,
    [`${name}Of`]: share?.of,
  }
}
