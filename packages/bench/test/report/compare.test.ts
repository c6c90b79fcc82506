import { describe, expect, it } from 'vitest'
import { type Comparison, compareResults, type Rounds } from '../../src/report/compare.js'
import { comparisonText } from '../../src/report/compare-text.js'
import type { ResultFile } from '../../src/result/schema.js'
import { compareUnpairedRounds } from '../../src/statistics/ratio.js'
import { paletteFor } from '../../src/text/index.js'
import { sampleResults } from './sample-results.js'

const options = {
  threshold: 0.05,
  // The statistics have the ratio of the first to the second.
  compareRounds: (first: Rounds, second: Rounds) => compareUnpairedRounds(second, first),
}
const base = sampleResults({ models: 4, rounds: 10, runsPerRound: 30 })

/** The same run with some models slower or faster. */
function changed(factors: readonly number[]): ResultFile {
  return {
    ...base,
    models: base.models.map((model, at) => ({
      ...model,
      samplesMs: model.samplesMs.map((ms) => ms * (factors[at] ?? 1)),
    })),
  }
}

const verdicts = ({ pairs }: Comparison) => pairs.map(({ verdict, regression }) => [verdict, regression])

describe('two files of results', () => {
  it('are compared model by model: the second with the first', () => {
    const comparison = compareResults(base, changed([1, 1.2, 0.8, 1.03]), options)
    expect(verdicts(comparison)).toEqual([
      ['equal', false],
      ['slower', true],
      ['faster', false],
      // Slower, and by less than the threshold.
      [expect.stringMatching(/slower|undecided/), false],
    ])
    expect(comparison.pairs[1]?.ratio.value).toBeCloseTo(1.2, 5)
    expect(comparison.regression).toBe(true)
    expect(compareResults(base, base, options).regression).toBe(false)
    expect(compareResults(base, changed([1, 1.2]), { ...options, threshold: 0.25 }).regression).toBe(false)
  })

  it('are compared as far as both have figures', () => {
    const { pairs, uncompared, onlyFirst, onlySecond } = compareResults(
      { ...base, models: base.models.slice(1) },
      { ...base, models: base.models.filter((_, at) => at !== 2) },
      options,
    )
    expect(pairs.map(({ id }) => id)).toEqual([base.models[1]?.id, base.models[3]?.id])
    expect(onlyFirst).toEqual([base.models[2]?.id])
    expect(onlySecond).toEqual([base.models[0]?.id])
    const regression = false
    expect(uncompared).toEqual([
      {
        id: 'broken/tflite/t1',
        reason: expect.stringMatching(/^no inference in the first: MODEL_INVALID/),
        regression,
      },
      { id: 'resnet18/tensorrt/t1', reason: 'skipped in the first: there is no GPU', regression },
    ])
  })

  it('are a regression where the second failed at what the first did, however fast it was until then', () => {
    const error = { code: 'SUBJECT_FAILED', message: 'it ended' }
    for (const share of [0, 1]) {
      const failed = {
        ...base,
        models: base.models.map((model, at) =>
          at === 1
            ? { ...model, error, samplesMs: model.samplesMs.slice(0, share * model.samplesMs.length) }
            : model,
        ),
      }
      const comparison = compareResults(base, failed, options)
      expect(comparison.regression).toBe(true)
      expect(comparison.uncompared[0]).toEqual({
        id: base.models[1]?.id,
        reason: `${share === 0 ? 'no inference' : 'failed'} in the second: SUBJECT_FAILED: it ended`,
        regression: true,
      })
      expect(comparisonText(comparison, paletteFor({}))).toContain('There is a regression.')
      // One that works again is none.
      expect(compareResults(failed, base, options).regression).toBe(false)
    }
  })

  it('are compared by the time of a whole round where samples are no latencies', () => {
    const offline = (slower: number): ResultFile => ({
      ...base,
      models: base.models.slice(0, 1).map((model) => {
        const { latencyMs: _, ...rest } = model
        // All of a round are asked for at once; a sample says when in its round it came.
        const samplesMs = model.samplesMs.map((__, at) => slower * ((at % 30) + 1))
        return {
          ...rest,
          scenario: 'offline',
          samplesMs,
          samplesAtMs: model.rounds.map((round) => round * 1000),
        }
      }),
    })
    const { pairs } = compareResults(offline(1), offline(1.5), options)
    expect(pairs[0]?.ratio.value).toBeCloseTo(1.5, 5)
    expect(pairs[0]?.verdict).toBe('slower')
  })

  it('are not compared where one has too few rounds', () => {
    const short = sampleResults({ models: 1, rounds: 1 })
    const { uncompared } = compareResults(short, short, options)
    expect(uncompared[0]).toEqual({
      id: short.models[0]?.id,
      reason: 'too few rounds: 1 and 1',
      regression: false,
    })
  })

  it('say where they are of different machines, or measured differently', () => {
    const other = {
      ...base,
      begun: '2027-01-01T00:00:00Z',
      machine: { ...base.machine, governor: 'performance', versions: {} },
      settings: { ...base.settings, rounds: 3, seed: 99 },
    }
    expect(compareResults(base, other, options).differences).toEqual([
      { of: 'machine', what: 'governor', first: 'schedutil', second: 'performance' },
      { of: 'machine', what: 'TensorFlow Lite', first: '2.20.0', second: 'not recorded' },
      { of: 'machine', what: '@edge/bench', first: '0.1.0', second: 'not recorded' },
      { of: 'settings', what: 'rounds', first: '10', second: '3' },
    ])
    expect(compareResults(base, base, options).differences).toEqual([])
  })

  it('are told apart in words', () => {
    const second = changed([1, 1.2, 0.8])
    const doubtful = {
      ...second,
      machine: { ...second.machine, governor: 'performance' },
      models: second.models.map((model, at) => (at === 1 ? { ...model, reliable: false } : model)),
    }
    const text = comparisonText(compareResults(base, doubtful, options), paletteFor({}))
    expect(text).toMatch(/^These are figures of different machines/)
    expect(text).toContain('  governor: schedutil → performance')
    expect(text).toMatch(/mobilenet_v2\/tflite\/t1 +1\.2.* slower, unreliable in the second/)
    expect(text).toContain('not compared: resnet18/tensorrt/t1: skipped in the first: there is no GPU')
    expect(text).toMatch(/1 faster, 1 slower \(unreliable\), 2 equal, 0 undecided\. No regression/)
  })
  it('end in a sentence that says no more than they do', () => {
    const conclusionOf = (first: ResultFile, second: ResultFile) =>
      comparisonText(compareResults(first, second, options), paletteFor({}))
        .trimEnd()
        .split('\n')
        .at(-1)
    const trusted = (result: ResultFile, reliable = true): ResultFile => ({
      ...result,
      models: result.models.map((model) => ({ ...model, reliable })),
    })
    expect(conclusionOf(trusted(base), trusted(base))).toBe(
      '0 faster, 0 slower, 4 equal, 0 undecided. No regression.',
    )
    expect(conclusionOf(trusted(base), trusted(changed([1, 1.2])))).toBe(
      '0 faster, 1 slower, 3 equal, 0 undecided. There is a regression.',
    )
    // A machine that was busy makes anything slower, and shows nothing.
    const busy = compareResults(trusted(base), trusted(changed([1.2, 1.2]), false), options)
    expect(busy.regression).toBe(false)
    expect(busy.pairs[0]).toMatchObject({ verdict: 'slower', regression: false, unreliable: ['second'] })
    expect(conclusionOf(trusted(base), trusted(changed([1.2, 1.2]), false))).toBe(
      '0 faster, 2 slower (both unreliable), 2 equal (both unreliable), 0 undecided. No regression is shown. Unreliable figures show nothing: measure again when nothing else runs.',
    )
    // Nor do three rounds of the same: what they give is no interval of 95 %.
    const same = trusted(sampleResults({ models: 1, rounds: 3, runsPerRound: 30 }))
    expect(conclusionOf(same, same)).toContain('1 undecided. No regression is shown.')
    expect(comparisonText(compareResults(same, same, options), paletteFor({}))).toMatch(
      /\) +undecided, too few rounds\n/,
    )
    // Three rounds decide nothing: the second may be slower.
    const few = trusted(sampleResults({ models: 1, rounds: 3, runsPerRound: 30 }))
    const slower = {
      ...few,
      models: few.models.map((m) => ({ ...m, samplesMs: m.samplesMs.map((ms) => ms * 1.2) })),
    }
    expect(conclusionOf(few, slower)).toBe(
      '0 faster, 0 slower, 0 equal, 1 undecided. No regression is shown. More rounds would tell of what is undecided.',
    )
  })
})
