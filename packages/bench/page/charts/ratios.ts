import { extent, significant } from '../../src/report/figures.js'
import type { PageRatio } from '../../src/report/html/page-data.js'
import type { Look } from '../look.js'
import type { Drawing, View } from '../view.js'
import { axisStyle, tooltip, valueAxis } from './axes.js'
import { withLabels } from './timeline.js'

const ROW = 30
// Where there is less room, verdicts stand in the table alone.
const ROOM_FOR_VERDICTS = 480

/** A forest plot: each ratio with its interval, and the line of equality. */
export const ratios: Drawing = {
  id: 'ratios-drawing',
  followsChoice: false,
  height: ({ data }) => data.ratios.length * ROW + 70,
  option: (view) => {
    const { look, data, width } = view
    const style = axisStyle(look)
    const isNarrow = width < ROOM_FOR_VERDICTS
    const labels = Math.min(width * (isNarrow ? 0.36 : 0.42), 320)
    const bases = new Set(data.ratios.map(({ to }) => to))
    const name = bases.size === 1 && !isNarrow ? `times as long as ${[...bases][0] ?? ''}` : 'times as long'
    // Equality is always in sight.
    const [least, most] = extent([...data.ratios.flatMap(({ low, high }) => [low, high]), 0.95, 1.05])
    const axis = valueAxis([least, most], name)
    const ends = axis.type === 'log' ? {} : { min: stepsOf(Math.floor, least), max: stepsOf(Math.ceil, most) }
    return {
      animation: false,
      textStyle: { fontFamily: look.font },
      tooltip: { ...tooltip(look), trigger: 'item' },
      grid: { left: labels + 12, right: isNarrow ? 18 : 90, top: 10, bottom: 50 },
      xAxis: { ...style, ...withLabels(axis, style), ...ends, nameGap: 28 },
      yAxis: {
        ...style,
        type: 'category',
        inverse: true,
        data: data.ratios.map(({ id, to }) => (bases.size === 1 ? id : `${id} / ${to}`)),
        axisLabel: { color: look.text, width: labels, overflow: 'truncate' },
        splitLine: { show: false },
      },
      series: [bars(view), { type: 'line', data: [], silent: true, ...equality(look) }],
    }
  },
}

/** The nearest twentieth. */
function stepsOf(round: (value: number) => number, value: number): number {
  return round(value * 20 + (round === Math.floor ? 1e-9 : -1e-9)) / 20
}

function equality(look: Look) {
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: look.quiet, type: 'solid' as const, width: 1 },
      data: [{ xAxis: 1 }],
    },
    markArea: {
      silent: true,
      itemStyle: { color: look.band },
      data: [[{ xAxis: 0.98 }, { xAxis: 1.02 }]] as [{ xAxis: number }, { xAxis: number }][],
    },
  }
}

function bars({ look, data, width }: View) {
  return {
    type: 'custom' as const,
    data: data.ratios.map(({ value, low, high }, at) => [value, at, low, high]),
    encode: { x: [0, 2, 3], y: 1 },
    renderItem: (
      { dataIndex }: { dataIndex: number },
      api: {
        value: (dimension: number) => unknown
        coord: (point: number[]) => number[]
        getWidth: () => number
      },
    ) => {
      const ratio = data.ratios[dataIndex]
      const at = Number(api.value(1))
      const [x = 0, y = 0] = api.coord([Number(api.value(0)), at])
      const [left = 0] = api.coord([Number(api.value(2)), at])
      const [right = 0] = api.coord([Number(api.value(3)), at])
      const colour = colourOf(ratio, look)
      const stroke = { stroke: colour, lineWidth: 2 }
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style: stroke,
      })
      return {
        type: 'group' as const,
        children: [
          line(left, y, right, y),
          // Of an interval that is narrower than the point, ends would only smear it.
          ...(right - left > 10 ? [line(left, y - 5, left, y + 5), line(right, y - 5, right, y + 5)] : []),
          { type: 'circle' as const, shape: { cx: x, cy: y, r: 4 }, style: { fill: colour } },
          {
            type: 'text' as const,
            x: api.getWidth() - 82,
            y,
            style: {
              text: ratio === undefined || width < ROOM_FOR_VERDICTS ? '' : verdictText(ratio),
              fill: colour,
              fontSize: 12,
              fontFamily: look.font,
              verticalAlign: 'middle' as const,
            },
          },
        ],
      }
    },
    tooltip: {
      formatter: (hit: { dataIndex?: number } | readonly unknown[]) => {
        const ratio = 'dataIndex' in hit ? data.ratios[hit.dataIndex ?? 0] : undefined
        return ratio === undefined ? '' : ratioText(ratio)
      },
    },
  }
}

function colourOf(ratio: PageRatio | undefined, look: Look): string {
  if (ratio === undefined || ratio.unreliable) return look.quiet
  if (ratio.verdict === 'faster') return look.good
  return ratio.verdict === 'slower' ? look.bad : look.quiet
}

function verdictText({ verdict, unreliable }: PageRatio): string {
  return unreliable ? `${verdict}?` : verdict
}

function ratioText({ id, to, value, low, high, verdict, unreliable }: PageRatio): string {
  const [text, from, until] = [value, low, high].map((one) => significant(one, 4))
  return `${id}\n${text} (${from}–${until}) times as long as\n${to}: ${verdict}${unreliable ? ', unreliable' : ''}`
}
