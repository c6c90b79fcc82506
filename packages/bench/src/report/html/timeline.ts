import type { ModelResult, Reading, ResultFile } from '../../result/schema.js'
import { extent } from '../figures.js'
import { drawnIndices } from './down-sample.js'
import type { Band, SampleSeries, SensorSeries, Timeline } from './page-data.js'
import { pixelFigure } from './pixel-figure.js'

// Of all models together: enough to fill any screen, and a page stays below a megabyte and a half.
const MOST_SAMPLES = 40_000
const MOST_READINGS = 1000

/** Every inference of the models over time, with what was read of the machine meanwhile. */
export function timelineOf(result: ResultFile, models: readonly ModelResult[]): Timeline {
  const readings = readingsOf(result.models)
  const each = Math.max(100, Math.floor(MOST_SAMPLES / Math.max(1, models.length)))
  return {
    samples: models.map(({ samplesMs, samplesAtMs }, model): SampleSeries => {
      const drawn = drawnIndices(samplesMs, each)
      return {
        model,
        steps: differences(drawn.map((index) => Math.round((samplesAtMs[index] ?? 0) * 10))),
        ms: drawn.map((index) => pixelFigure(samplesMs[index] ?? 0)),
      }
    }),
    bands: result.settings.order === 'interleaved' ? roundBands(models) : turnBands(models),
    temperatures: sensors(readings, ({ temperatureC }) => temperatureC ?? {}),
    clocks: sensors(readings, ({ cpuMhz, gpuMhz }) => ({
      ...(cpuMhz !== undefined && { processor: cpuMhz }),
      ...(gpuMhz !== undefined && { GPU: gpuMhz }),
    })),
    loads: sensors(readings, ({ cpuLoad, gpuLoad, steal }) => ({
      ...(cpuLoad !== undefined && { 'processors busy': cpuLoad * 100 }),
      ...(gpuLoad !== undefined && { 'GPU busy': gpuLoad * 100 }),
      ...(steal !== undefined && { 'taken by the hypervisor': steal * 100 }),
    })),
    throttledS: readings.flatMap(({ atMs, throttled }) =>
      Object.values(throttled ?? {}).some((times) => times > 0) ? [seconds(atMs)] : [],
    ),
  }
}

/** What was read of the machine during any model, in its order; once where models ran by turns and all carry the same. */
function readingsOf(models: readonly ModelResult[]): readonly Reading[] {
  const byTime = new Map<number, Reading>()
  for (const { telemetry } of models) {
    for (const reading of telemetry?.readings ?? []) byTime.set(reading.atMs, reading)
  }
  return [...byTime.values()].sort((one, other) => one.atMs - other.atMs)
}

function sensors(
  readings: readonly Reading[],
  valuesOf: (reading: Reading) => Readonly<Record<string, number>>,
): SensorSeries[] {
  const series = new Map<string, { atS: number[]; values: number[] }>()
  for (const reading of readings) {
    for (const [name, value] of Object.entries(valuesOf(reading))) {
      const one = series.get(name) ?? { atS: [], values: [] }
      one.atS.push(seconds(reading.atMs))
      one.values.push(pixelFigure(value))
      series.set(name, one)
    }
  }
  return [...series].map(([name, { atS, values }]) => {
    const drawn = drawnIndices(values, MOST_READINGS)
    return {
      name,
      atS: drawn.map((index) => atS[index] ?? 0),
      values: drawn.map((index) => values[index] ?? 0),
    }
  })
}

/** Of each round, from its first to its last inference of any model. */
function roundBands(models: readonly ModelResult[]): Band[] {
  const times = new Map<number, number[]>()
  for (const { rounds, samplesAtMs } of models) {
    for (const [index, round] of rounds.entries()) {
      const at = times.get(round)
      if (at === undefined) times.set(round, [samplesAtMs[index] ?? 0])
      else at.push(samplesAtMs[index] ?? 0)
    }
  }
  return [...times].sort(([one], [other]) => one - other).map(([round, at]) => band(`round ${round + 1}`, at))
}

function turnBands(models: readonly ModelResult[]): Band[] {
  return models.map(({ id, samplesAtMs }) => band(id, samplesAtMs))
}

function band(name: string, timesMs: readonly number[]): Band {
  const [from, to] = extent(timesMs)
  return { name, fromS: seconds(from), toS: seconds(to) }
}

function differences(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(3))
}
