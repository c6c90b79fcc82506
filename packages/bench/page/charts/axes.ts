import { extent, significant } from '../../src/report/figures.js'
import type { Look } from '../look.js'
import type { View } from '../view.js'

/** From here on, of greatest to least, values are drawn on a logarithmic scale. */
const WIDE = 4

/** What axes of all drawings have in common. */
export function axisStyle(look: Look) {
  return {
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { lineStyle: { color: look.line } },
    axisLabel: { color: look.quiet, hideOverlap: true },
    splitLine: { lineStyle: { color: look.line, opacity: 0.5 } },
    nameTextStyle: { color: look.quiet },
    nameLocation: 'middle' as const,
  }
}

/** An axis of positive values: logarithmic where they are far apart, with each power of two marked. */
export function valueAxis(values: readonly number[], name: string) {
  const [least, most] = extent(values)
  if (least > 0 && most / least >= WIDE) {
    return {
      type: 'log' as const,
      logBase: 2,
      name,
      min: 2 ** Math.floor(Math.log2(least) + 1e-9),
      max: 2 ** Math.ceil(Math.log2(most) - 1e-9),
      axisLabel: { formatter: tick },
    }
  }
  return { type: 'value' as const, scale: true, name, axisLabel: { formatter: tick } }
}

function tick(value: number): string {
  return Number(value.toPrecision(6)).toString()
}

/** The axis of latencies in the scale that the reader chose. */
export function latencyAxis({ scale }: View, valuesMs: readonly number[]) {
  return scale === 'absolute'
    ? valueAxis(valuesMs, 'milliseconds')
    : {
        type: 'value' as const,
        scale: true,
        name: '% off the model’s median',
        axisLabel: { formatter: (value: number) => signed(value) },
      }
}

/** A latency in the scale that the reader chose. */
export function scaled({ scale }: View, ms: number, medianMs: number): number {
  return scale === 'absolute' ? ms : (ms / medianMs - 1) * 100
}

/** A latency as text, in both scales. */
export function latencyText(ms: number, medianMs: number): string {
  return `${significant(ms, 4)} ms (${signed((ms / medianMs - 1) * 100)} % off its median)`
}

function signed(value: number): string {
  const text = Number(value.toPrecision(3)).toString()
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

/** A box with facts about what is pointed at. Drawn, not made of elements: names need no escaping there, and the page's policy stays strict. */
export function tooltip(look: Look) {
  return {
    renderMode: 'richText' as const,
    confine: true,
    backgroundColor: look.background,
    borderColor: look.line,
    borderWidth: 1,
    textStyle: { color: look.text, fontSize: 12 },
  }
}
