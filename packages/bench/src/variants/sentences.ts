import { intervalFigure, PER_CENT, significant, type Unit } from '../report/figures.js'
import type { Interval, Share } from '../result/schema.js'
import { byteSize } from '../text/quantities.js'
import { shareToDb, worstLayer } from './error-growth.js'
import type { LayerError } from './layer-errors.js'
import type { VariantResult, VariantsResult } from './result.js'

const TIMES: Unit = { name: '×', factor: 1 }
/** Sizes and times closer than this are called equal. */
const TOLERANCE = 0.02
/** Of memory, which depends on what else the runtime keeps. */
const MEMORY_TOLERANCE = 0.1
/** From how much more of the weights being zero on it is called pruned. */
const PRUNED = 0.1
/** From how much less for each weight on they are called smaller. */
const SMALLER_WEIGHTS = 0.7
const SIGNIFICANCE = 0.05

/**
 * What a comparison found of one variant, in sentences for people; none of the first itself.
 *
 * They say no more than the figures do: what an interval does not decide is said to be undecided, and that a runtime is not faster is said
 * of this runtime on this machine.
 */
export function sentencesOf(
  model: VariantResult,
  { models, first: firstId }: VariantsResult,
): readonly string[] {
  const first = models.find(({ id }) => id === firstId)
  if (first === undefined || model === first) return []
  // Of one that cannot be opened, its error says it all.
  if (model.error !== undefined && model.format === undefined) return []
  return [
    ...overall(model, first),
    ...effects(model, first),
    ...memory(model, first),
    ...answers(model, first),
    ...layers(model),
  ]
}

/** "int8 is 3.5 × smaller and 2.3 × faster (2.2–2.4) than fp32, and agrees with it on 95 % of 20 pictures (76–99 %)." */
function overall({ id, toFirst, agreement, reliable }: VariantResult, first: VariantResult): string[] {
  const { size, latency } = toFirst ?? {}
  const believed = reliable && first.reliable
  const is: string[] = []
  if (size !== undefined) is.push(sizeText(size))
  if (latency !== undefined && latency.verdict !== 'undecided' && believed) is.push(speedText(latency))
  const agrees =
    agreement &&
    `agrees with it on ${shareText(agreement.sameClass)} of ${count(agreement.sameClass.of, 'picture')}`
  const clauses = [
    ...(is.length > 0 ? [`is ${is.join(' and ')}`] : []),
    ...(agrees === undefined ? [] : [agrees]),
  ]
  const sentences =
    clauses.length === 0 ? [] : [`Compared with ${first.id}, ${id} ${clauses.join(', and ')}.`]
  if (latency?.verdict === 'undecided' && believed) {
    sentences.push(
      `Whether it is faster cannot be told: an inference takes ${rangeText(latency.ratio)} × the time. More rounds would tell.`,
    )
  }
  if (latency !== undefined && !believed) {
    const whose = reliable ? 'the times of the first' : first.reliable ? 'its times' : 'the times of both'
    const measured = latency.verdict === 'undecided' ? '' : `: measured was ${speedText(latency)}`
    sentences.push(`How fast it is cannot be told, for ${whose} are unreliable (see the remarks)${measured}.`)
  }
  return sentences
}

function sizeText(size: number): string {
  if (Math.abs(size - 1) <= TOLERANCE) return 'equally large'
  return size < 1 ? `${timesText(1 / size)} × smaller` : `${timesText(size)} × larger`
}

type Latency = NonNullable<NonNullable<VariantResult['toFirst']>['latency']>

function speedText({ ratio, verdict }: Latency): string {
  if (verdict === 'faster') return timesWithRange(inverse(ratio), 'faster')
  if (verdict === 'slower') return timesWithRange(ratio, 'slower')
  return 'equally fast'
}

/** What the change of the weights brought, as far as it was the only one. */
function effects({ weights, toFirst, reliable }: VariantResult, first: VariantResult): string[] {
  if (weights === undefined || first.weights === undefined) return []
  const sentences: string[] = []
  const each = (one: NonNullable<VariantResult['weights']>): number => one.bytes / Math.max(1, one.parameters)
  const isSmaller = each(weights) < SMALLER_WEIGHTS * each(first.weights)
  const isPruned = weights.zeros - first.weights.zeros >= PRUNED
  const { size = 1, gzip = 1 } = toFirst ?? {}
  const latency = reliable && first.reliable ? toFirst?.latency : undefined
  if (isPruned) {
    const zeros = `${perCent(weights.zeros)} of its weights are zero, of the first’s ${perCent(first.weights.zeros)}`
    sentences.push(isSmaller ? `${zeros}.` : `${gain('Pruning', latency)}${zeros}.`)
    if (Math.abs(size - 1) <= TOLERANCE && gzip < 1 - TOLERANCE) {
      sentences.push(
        `The zeros take as much room in the file as any weight; compressed it is ${timesText(1 / gzip)} × smaller.`,
      )
    }
  }
  if (isSmaller && (latency?.verdict === 'equal' || latency?.verdict === 'slower')) {
    const bytes = `${significant(each(weights), 2)} bytes a weight in place of ${significant(each(first.weights), 2)}`
    sentences.push(`${gain('Quantization', latency)}${bytes}.`)
  }
  return sentences
}

function gain(what: string, latency: Latency | undefined): string {
  switch (latency?.verdict) {
    case 'equal':
    case 'slower':
      return `${what} gave no speed-up on this runtime: `
    case 'faster':
      return `${what} gave a speed-up on this runtime: `
    default:
      return ''
  }
}

function memory({ peakRssBytes, toFirst }: VariantResult, first: VariantResult): string[] {
  const ratio = toFirst?.peakRss
  if (ratio === undefined || peakRssBytes === undefined || first.peakRssBytes === undefined) return []
  if (Math.abs(ratio - 1) <= MEMORY_TOLERANCE) return []
  const more = ratio > 1 ? 'more' : 'less'
  return [
    `At its peak it takes ${more} memory: ${byteSize(peakRssBytes)}, the first ${byteSize(first.peakRssBytes)}.`,
  ]
}

function answers(model: VariantResult, first: VariantResult): string[] {
  const { top1, mcnemar, failed, uncompared } = model
  const sentences: string[] = []
  if (uncompared?.answers !== undefined) {
    sentences.push(`Its answers cannot be compared with the first’s: ${uncompared.answers.message}.`)
  }
  if (failed !== undefined) {
    sentences.push(`It gave no answer to ${count(failed.pictures, 'picture')}: ${failed.message}`)
  }
  if (top1 === undefined || first.top1 === undefined) return sentences
  const right = (share: Share): string => `${share.count} of ${share.of}`
  if (mcnemar === undefined) return [...sentences, `It is right about ${right(top1)} pictures.`]
  const { onlyThis, onlyOther, pValue } = mcnemar
  if (onlyThis + onlyOther === 0) {
    sentences.push(`It is right about the same pictures as the first: ${right(top1)}.`)
    return sentences
  }
  const isChance = pValue >= SIGNIFICANCE
  const verdict = isChance
    ? 'the difference may be chance'
    : `that it is ${onlyThis > onlyOther ? 'more' : 'less'} accurate is hardly chance`
  sentences.push(
    `It is right about ${right(top1)} pictures, the first about ${right(first.top1)}: ${verdict} (McNemar’s test, p ${pText(pValue)}).`,
  )
  return sentences
}

function layers({ layers: errors, uncompared }: VariantResult): string[] {
  if (uncompared?.layers !== undefined)
    return [`Its layers could not be compared: ${uncompared.layers.message}`]
  if (errors === undefined) return []
  const { layers: compared, uncompared: rest } = errors
  const lonely = rest.variant.length
  const all = compared.length + lonely
  const sentences: string[] = []
  if (lonely > 0) {
    sentences.push(
      `${lonely} of its ${count(all, 'layer')} ${lonely === 1 ? 'has' : 'have'} none of the first’s to be compared with.`,
    )
  }
  if (compared.length === 0) return sentences
  const worst = worstLayer(compared)
  if (compared.every(({ equal }) => equal)) {
    const others =
      compared.length === 1
        ? 'The other computes exactly what the first’s does.'
        : `The other ${compared.length} compute exactly what the first’s do.`
    return [
      ...sentences,
      lonely > 0 ? others : `All ${compared.length} layers compute exactly what the first’s do.`,
    ]
  }
  if (worst !== undefined) return [...sentences, worstText(worst)]
  const loudest = compared.reduce((one, other) => (other.noiseShare > one.noiseShare ? other : one))
  return [
    ...sentences,
    `Its layers are close to the first’s: ${decibels(loudest.noiseShare)} of signal to noise at the worst of them, ${layerText(loudest)}.`,
  ]
}

function worstText(worst: LayerError): string {
  if (worst.nonFinite > 0) {
    return `The first layer that computes what is no number is ${layerText(worst)}: ${count(worst.nonFinite, 'value')} of it are NaN or infinite.`
  }
  const after = decibels(worst.noiseShare)
  const change =
    worst.noiseBefore === 0
      ? `what goes into it is without error, and its result has ${after} of signal to noise`
      : `what goes into it has ${decibels(worst.noiseBefore)} of signal to noise, and its result ${after}`
  return `The error grows most at layer ${layerText(worst)}: ${change}.`
}

function layerText({ name, operator }: LayerError): string {
  return `${name === '' ? 'without a name' : name} (${operator})`
}

/** A share of noise in decibels of signal to noise. */
function decibels(noiseShare: number): string {
  const ratio = shareToDb(noiseShare)
  return Number.isFinite(ratio) ? `${ratio.toFixed(1)} dB` : '−∞ dB'
}

function timesText(times: number): string {
  return significant(times, times < 1.1 ? 3 : 2)
}

function timesWithRange(times: Interval, what: string): string {
  const { text, interval } = intervalFigure(times, TIMES)
  return `${text} × ${what} (${interval})`
}

function rangeText(ratio: Interval): string {
  return intervalFigure(ratio, TIMES).interval ?? ''
}

function inverse({ value, low, high, confidence }: Interval): Interval {
  return { value: 1 / value, low: 1 / high, high: 1 / low, confidence }
}

/** "95 % (76–99 %)" */
function shareText({ interval }: Share): string {
  const figure = intervalFigure(interval, PER_CENT)
  return `${figure.text} % (${figure.interval} %)`
}

function perCent(share: number): string {
  return `${significant(share * 100, 2)} %`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

function pText(pValue: number): string {
  return pValue < 0.0001 ? 'below 0.0001' : `= ${Number(significant(pValue, 2))}`
}
