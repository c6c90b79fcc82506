import { EdgeError } from '@edge/errors'
import type { ModelResult, Reading, ResultFile } from '../result/schema.js'
import { workedMs } from '../scenario/work.js'

// What a run that goes on leaves between itself and what was measured before, on the axis of time.
const PAUSE_MS = 1000

// What times depend on. Memory, of which kernels keep more or less for themselves, is not among them.
const MACHINE_FACTS = [
  'processor',
  'cores',
  'architecture',
  'board',
  'gpu',
  'governor',
  'powerMode',
  'kernel',
  'node',
] as const

/** A run that was stopped, of which another one goes on with. */
export class EarlierRun {
  readonly #result: ResultFile

  /**
   * @param now - what the run that goes on would say of itself, without having measured anything.
   * @throws EdgeError `INVALID_ARGUMENT` where the earlier one came to its end, or was of other models, otherwise measured, or on another
   * machine: its samples would say nothing beside the new ones.
   */
  constructor(result: ResultFile, now: ResultFile) {
    if (result.complete) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'the run that was to be gone on with came to its end',
        expected: 'results of a run that was stopped',
        remedy: 'Measure again, from the beginning.',
      })
    }
    const [there, here] = [new Map(factsOf(result)), new Map(factsOf(now))]
    for (const { id } of result.models) {
      const [before, after] = [fileOf(result, id), fileOf(now, id)]
      // One that could not be opened then, or cannot now, is that case's own matter.
      if (before === undefined || after === undefined) continue
      there.set(`model of ${id}`, before)
      here.set(`model of ${id}`, after)
    }
    for (const what of new Set([...here.keys(), ...there.keys()])) {
      const [expected, found] = [there.get(what) ?? 'nothing', here.get(what) ?? 'nothing']
      if (expected === found) continue
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `the run that was stopped cannot be gone on with: its ${what} was another`,
        expected,
        found,
        remedy: 'Ask for the same as before, or measure again, from the beginning.',
      })
    }
    this.#result = result
  }

  get begun(): string {
    return this.#result.begun
  }

  /** What was measured of a case. */
  model(id: string): ModelResult | undefined {
    return this.#result.models.find((model) => model.id === id)
  }

  /**
   * Rounds that every case has, but for those that failed, were skipped, or had taken all the time that they may: what a round lacks is
   * measured again with all of it, for ratios compare what ran side by side.
   */
  get commonRounds(): number {
    const { models, settings } = this.#result
    const whole = models.filter(
      (model) =>
        model.error === undefined &&
        model.skipped === undefined &&
        workedMs(model) < settings.maxSeconds * 1000,
    )
    if (whole.length === 0) return Math.max(0, ...models.map(roundsOf))
    return Math.min(...whole.map(roundsOf))
  }

  /** Where time goes on. */
  get endMs(): number {
    const ends = this.#result.models.flatMap(({ samplesMs, samplesAtMs }) => {
      const [begin, ms] = [samplesAtMs.at(-1), samplesMs.at(-1)]
      return begin === undefined || ms === undefined ? [] : [begin + ms]
    })
    return PAUSE_MS + Math.max(0, ...ends)
  }

  /** All readings: each model has those of its own time. */
  get readings(): Reading[] {
    const readings = new Map(
      this.#result.models
        .flatMap(({ telemetry }) => telemetry?.readings ?? [])
        .map((reading) => [reading.atMs, reading]),
    )
    return [...readings.values()].sort((a, b) => a.atMs - b.atMs)
  }

  /** Sensors that could not be read, with the reason. */
  get unreadable(): Record<string, string> {
    return Object.assign({}, ...this.#result.models.map(({ telemetry }) => telemetry?.unreadable ?? {}))
  }
}

function roundsOf({ rounds }: ModelResult): number {
  return (rounds.at(-1) ?? -1) + 1
}

/** What has to be the same, in words. */
function factsOf({ settings, machine, images, models }: ResultFile): [what: string, value: string][] {
  const facts: [string, string][] = Object.entries(settings).map(([name, value]) => [name, wordOf(value)])
  for (const name of MACHINE_FACTS) {
    const value = machine[name]
    if (value !== undefined) facts.push([name, wordOf(value)])
  }
  for (const [name, version] of Object.entries(machine.versions)) facts.push([`version of ${name}`, version])
  facts.push(['number of pictures', wordOf(images.length)])
  for (const [index, image] of images.entries()) facts.push([`picture ${index + 1}`, image])
  facts.push(['number of cases', wordOf(models.length)])
  for (const [index, { id, scenario }] of models.entries()) {
    facts.push([`case ${index + 1}`, `${id}, ${scenario}`])
  }
  return facts
}

function fileOf({ models }: ResultFile, id: string): string | undefined {
  const model = models.find((one) => one.id === id)
  if (model?.sizeBytes === undefined) return undefined
  return `${model.source}, ${model.sizeBytes} bytes, ${model.gzipBytes} bytes compressed`
}

function wordOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
