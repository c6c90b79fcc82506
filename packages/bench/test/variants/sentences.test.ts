import { describe, expect, it } from 'vitest'
import type { Interval, Share } from '../../src/result/schema.js'
import { wilsonInterval } from '../../src/statistics/wilson.js'
import { paletteFor } from '../../src/text/index.js'
import type { LayerError, LayerErrors } from '../../src/variants/layer-errors.js'
import type { VariantResult, VariantsResult } from '../../src/variants/result.js'
import { sentencesOf } from '../../src/variants/sentences.js'
import { variantsText } from '../../src/variants/text.js'

const first: VariantResult = {
  id: 'fp32',
  source: 'fp32.tflite',
  format: 'tflite',
  backend: 'auto',
  threads: 1,
  sizeBytes: 18_500_000,
  peakRssBytes: 175e6,
  weights: { parameters: 4_600_000, bytes: 18_400_000, zeros: 0.001 },
  reliable: true,
  warnings: [],
}

const interval = (value: number, low: number, high: number): Interval => ({
  value,
  low,
  high,
  confidence: 0.95,
})
const share = (count: number, of: number): Share => ({ count, of, interval: wilsonInterval(count, of, 0.95) })

function latency(
  value: number,
  low: number,
  high: number,
  verdict: 'faster' | 'slower' | 'equal' | 'undecided',
) {
  return { ratio: interval(value, low, high), rounds: 10, verdict }
}

/** What is said of a variant. */
function said(variant: Partial<VariantResult>, other: Partial<VariantResult> = {}): readonly string[] {
  const model: VariantResult = { ...first, id: 'variant', ...variant }
  return sentencesOf(model, resultOf({ ...first, ...other }, model))
}

function resultOf(...models: VariantResult[]): VariantsResult {
  return {
    schema: 'edge-compare/1',
    complete: true,
    machine: {
      processor: 'one',
      cores: 2,
      memoryBytes: 8e9,
      architecture: 'x86_64',
      system: 'Linux',
      kernel: '6',
      node: '22.0.0',
      versions: {},
    },
    settings: {
      backend: 'auto',
      threads: 1,
      seed: 1,
      minRuns: 100,
      minSeconds: 2,
      maxSeconds: 60,
      rounds: 10,
      confidence: 0.95,
    },
    first: 'fp32',
    pictures: { count: 50, failed: [], ofLayers: [] },
    models,
  }
}

const agreement = (count: number, of: number) => ({
  sameClass: share(count, of),
  meanAbsoluteDifference: 0.001,
  divergenceBits: 0.01,
  disagreements: [],
})

const layer = (
  name: string,
  noiseShare: number,
  noiseBefore: number,
  more: Partial<LayerError> = {},
): LayerError => ({
  name,
  operator: 'CONV_2D',
  shape: [1, 8],
  by: 'name',
  snrDb: noiseShare === 0 ? null : 10 * Math.log10((1 - noiseShare) / noiseShare),
  cosine: 1,
  equal: noiseShare === 0,
  noiseShare,
  noiseBefore,
  nonFinite: 0,
  ...more,
})

const layersOf = (layers: readonly LayerError[], lonely = 0): { layers: LayerErrors } => ({
  layers: {
    pictures: 8,
    layers,
    uncompared: {
      first: [],
      variant: Array.from({ length: lonely }, () => ({ name: 'x', operator: 'ADD', reason: 'none' })),
    },
  },
})

describe('what is said of a variant', () => {
  it('is nothing of the first itself, nor where there is no first', () => {
    expect(sentencesOf(first, resultOf(first))).toEqual([])
    expect(sentencesOf(first, { ...resultOf(first), first: 'another' })).toEqual([])
  })

  it('is how much smaller and faster it is, and how often it agrees', () => {
    const toFirst = { size: 1 / 3.9, latency: latency(1 / 1.8, 1 / 1.9, 1 / 1.7, 'faster') }
    expect(said({ toFirst, agreement: agreement(480, 500) })).toEqual([
      'Compared with fp32, variant is 3.9 × smaller and 1.80 × faster (1.70–1.90), and agrees with it on 96.0 % (93.9–97.4 %) of 500 pictures.',
    ])
  })

  it('says what is larger, slower, and the same', () => {
    const slower = { size: 1.31, latency: latency(1.4, 1.3, 1.5, 'slower') }
    expect(said({ toFirst: slower })).toEqual([
      'Compared with fp32, variant is 1.3 × larger and 1.40 × slower (1.30–1.50).',
    ])
    const equal = { size: 1.01, latency: latency(1, 0.99, 1.01, 'equal') }
    expect(said({ toFirst: equal })).toEqual([
      'Compared with fp32, variant is equally large and equally fast.',
    ])
    expect(said({ agreement: agreement(1, 1) })).toEqual([
      'Compared with fp32, variant agrees with it on 100 % (21–100 %) of 1 picture.',
    ])
  })

  it('does not decide what the interval leaves open, nor hide that times are unreliable', () => {
    const open = { size: 0.5, latency: latency(0.97, 0.9, 1.05, 'undecided') }
    expect(said({ toFirst: open })).toEqual([
      'Compared with fp32, variant is 2.0 × smaller.',
      'Whether it is faster cannot be told: an inference takes 0.90–1.05 × the time. More rounds would tell.',
    ])
    const unreliable = { toFirst: open, reliable: false }
    expect(said(unreliable)).toContain(
      'How fast it is cannot be told, for its times are unreliable (see the remarks).',
    )
    expect(said({ toFirst: open }, { reliable: false })).toContain(
      'How fast it is cannot be told, for the times of the first are unreliable (see the remarks).',
    )
    expect(said(unreliable, { reliable: false })).toContain(
      'How fast it is cannot be told, for the times of both are unreliable (see the remarks).',
    )
    // What was measured is told, and not claimed.
    const fast = { size: 0.5, latency: latency(1 / 1.8, 1 / 1.9, 1 / 1.7, 'faster') }
    expect(said({ toFirst: fast, reliable: false, weights: pruned })).toEqual([
      'Compared with fp32, variant is 2.0 × smaller.',
      'How fast it is cannot be told, for its times are unreliable (see the remarks): measured was 1.80 × faster (1.70–1.90).',
      expect.stringMatching(/^50 % of its weights are zero/),
    ])
  })

  const pruned = { parameters: 4_600_000, bytes: 18_400_000, zeros: 0.5 }
  it('is that pruning gave no speed-up, where it gave none', () => {
    const toFirst = { size: 1, gzip: 0.6, latency: latency(1, 0.99, 1.01, 'equal') }
    expect(said({ weights: pruned, toFirst })).toEqual([
      'Compared with fp32, variant is equally large and equally fast.',
      'Pruning gave no speed-up on this runtime: 50 % of its weights are zero, of the first’s 0.10 %.',
      'The zeros take as much room in the file as any weight; compressed it is 1.7 × smaller.',
    ])
    expect(said({ weights: pruned, toFirst: { latency: latency(0.7, 0.68, 0.72, 'faster') } })[1]).toMatch(
      /^Pruning gave a speed-up on this runtime: 50 %/,
    )
    // Whose the speed-up is cannot be told where the weights became smaller, too; nor whether there is one.
    const both = { ...pruned, bytes: 4_700_000 }
    expect(said({ weights: both, toFirst: { latency: latency(0.7, 0.68, 0.72, 'faster') } })[1]).toBe(
      '50 % of its weights are zero, of the first’s 0.10 %.',
    )
    expect(said({ weights: pruned, toFirst: { latency: latency(1, 0.9, 1.1, 'undecided') } })[1]).toBe(
      '50 % of its weights are zero, of the first’s 0.10 %.',
    )
  })

  it('is that smaller weights gave no speed-up, where they gave none', () => {
    const weights = { parameters: 4_600_000, bytes: 9_200_000, zeros: 0.001 }
    const no = 'Quantization gave no speed-up on this runtime: 2.0 bytes a weight in place of 4.0.'
    expect(said({ weights, toFirst: { latency: latency(1, 0.99, 1.01, 'equal') } })).toContain(no)
    expect(said({ weights, toFirst: { latency: latency(1.3, 1.2, 1.4, 'slower') } })).toContain(no)
    expect(said({ weights, toFirst: { latency: latency(0.5, 0.4, 0.6, 'faster') } })).not.toContain(no)
    expect(said({ toFirst: { latency: latency(1, 0.99, 1.01, 'equal') } })).not.toContain(no)
  })

  it('is how much memory it takes, where that is another amount', () => {
    expect(said({ peakRssBytes: 122e6, toFirst: { peakRss: 122 / 175 } })).toEqual([
      'At its peak it takes less memory: 122.0 MB, the first 175.0 MB.',
    ])
    expect(said({ peakRssBytes: 180e6, toFirst: { peakRss: 180 / 175 } })).toEqual([])
  })

  it('is how often it is right, and whether that is chance', () => {
    const right = { top1: share(17, 20) }
    const others = { top1: share(18, 20) }
    expect(said({ ...right, mcnemar: { onlyThis: 0, onlyOther: 1, pValue: 1 } }, others)).toEqual([
      'It is right about 17 of 20 pictures, the first about 18 of 20: the difference may be chance (McNemar’s test, p = 1).',
    ])
    expect(said({ ...right, mcnemar: { onlyThis: 1, onlyOther: 30, pValue: 3e-8 } }, others)).toEqual([
      'It is right about 17 of 20 pictures, the first about 18 of 20: that it is less accurate is hardly chance (McNemar’s test, p below 0.0001).',
    ])
    expect(said({ ...right, mcnemar: { onlyThis: 9, onlyOther: 1, pValue: 0.0215 } }, others)[0]).toContain(
      'that it is more accurate is hardly chance (McNemar’s test, p = 0.021)',
    )
    expect(said({ top1: share(18, 20), mcnemar: { onlyThis: 0, onlyOther: 0, pValue: 1 } }, others)).toEqual([
      'It is right about the same pictures as the first: 18 of 20.',
    ])
  })

  it('is where its error grows most', () => {
    expect(said(layersOf([layer('a', 0.001, 0), layer('b', 0.2, 0.001), layer('c', 0.25, 0.2)]))).toEqual([
      'The error grows most at layer b (CONV_2D): what goes into it has 30.0 dB of signal to noise, and its result 6.0 dB.',
    ])
    expect(said(layersOf([layer('a', 0, 0), layer('b', 0.5, 0)]))).toEqual([
      'The error grows most at layer b (CONV_2D): what goes into it is without error, and its result has 0.0 dB of signal to noise.',
    ])
    expect(said(layersOf([layer('a', 1, 0)]))[0]).toContain('its result has −∞ dB of signal to noise')
    expect(said(layersOf([layer('a', 0, 0), layer('b', 1, 0, { nonFinite: 196, snrDb: null })]))).toEqual([
      'The first layer that computes what is no number is b (CONV_2D): 196 values of it are NaN or infinite.',
    ])
  })

  it('or that there is none, or none to speak of', () => {
    expect(said(layersOf([layer('a', 0, 0), layer('b', 0, 0)]))).toEqual([
      'All 2 layers compute exactly what the first’s do.',
    ])
    expect(said(layersOf([layer('a', 0, 0), layer('b', 1e-8, 0), layer('c', 1e-9, 1e-8)]))).toEqual([
      'Its layers are close to the first’s: 80.0 dB of signal to noise at the worst of them, b (CONV_2D).',
    ])
  })

  it('is nothing of one that cannot be opened', () => {
    const { format: _, ...unknown } = first
    const failed: VariantResult = {
      ...unknown,
      id: 'text',
      toFirst: { size: 1e-6 },
      error: { code: 'MODEL_INVALID', message: 'no model' },
    }
    expect(sentencesOf(failed, resultOf(first, failed))).toEqual([])
  })

  it('is what could not be compared', () => {
    expect(said(layersOf([layer('a', 0, 0)], 2))).toEqual([
      '2 of its 3 layers have none of the first’s to be compared with.',
      'The other computes exactly what the first’s does.',
    ])
    expect(
      said({
        failed: { pictures: 3, code: 'INFERENCE_FAILED', message: 'the model returned NaN for class 0' },
        uncompared: {
          answers: { code: 'SHAPE_MISMATCH', message: 'it tells 1001 classes apart, and the first 1000' },
          layers: { code: 'MODEL_UNSUPPORTED', message: 'no such operator' },
        },
      }),
    ).toEqual([
      'Its answers cannot be compared with the first’s: it tells 1001 classes apart, and the first 1000.',
      'It gave no answer to 3 pictures: the model returned NaN for class 0',
      'Its layers could not be compared: no such operator',
    ])
  })
})

it('a variant that calls classes otherwise is warned of', () => {
  const other: VariantResult = {
    ...first,
    id: 'variant',
    otherLabels: { count: 999, of: 1000, example: { index: 0, label: 'background', ofFirst: 'tench' } },
  }
  const text = variantsText(resultOf(first, other), paletteFor({}), { layers: 0 })
  expect(text).toContain(
    'warning  variant: it calls 999 of 1000 classes otherwise than fp32: class 0 is “background”, there “tench”.',
  )
  expect(
    variantsText(resultOf(first, { ...first, id: 'same' }), paletteFor({}), { layers: 0 }),
  ).not.toContain('warning')
})
