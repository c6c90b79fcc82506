import type { TradeOffPoint } from '../../src/report/html/page-data.js'
import { byteSize } from '../../src/text/quantities.js'
import type { Drawing, View } from '../view.js'
import { axisStyle, tooltip, valueAxis } from './axes.js'
import { apart } from './label-places.js'
import { withLabels } from './timeline.js'

const LEAST_CIRCLE = 8
const MOST_CIRCLE = 46

/** Accuracy against latency, circles as large as the models; or size against latency. */
export const tradeOff: Drawing = {
  id: 'trade-off-drawing',
  followsChoice: false,
  height: () => 420,
  option: (view) => {
    const { look, data, width } = view
    const { points = [], front = [], against = 'size' } = data.tradeOff ?? {}
    // As labels want them.
    const fromRight = [...points].sort((one, other) => other.medianMs - one.medianMs)
    const style = axisStyle(look)
    const most = Math.max(1, ...points.map(({ bytes }) => bytes ?? 0))
    const nameOf = ({ model }: TradeOffPoint) => data.models[model]?.id ?? ''
    const vertical =
      against === 'top1'
        ? { type: 'value' as const, scale: true, name: 'top-1 accuracy, %', max: 100, axisLabel: {} }
        : valueAxis(
            points.map(({ y }) => y),
            'size, MB',
          )
    return {
      animation: false,
      textStyle: { fontFamily: look.font },
      tooltip: { ...tooltip(look), trigger: 'item' },
      grid: { left: 62, right: Math.min(160, width * 0.2), top: 28, bottom: 50 },
      xAxis: {
        ...style,
        ...withLabels(
          valueAxis(
            points.map(({ medianMs }) => medianMs),
            'median latency, ms',
          ),
          style,
        ),
        nameGap: 28,
      },
      yAxis: { ...style, ...withLabels(vertical, style), nameGap: 42 },
      series: [
        {
          type: 'line',
          name: 'front',
          silent: true,
          symbol: 'none',
          lineStyle: { color: look.quiet, type: 'dashed', width: 1.5 },
          data: front.flatMap((place) => {
            const point = points[place]
            return point === undefined ? [] : [[point.medianMs, point.y]]
          }),
        },
        intervalBars(view, points),
        {
          type: 'scatter',
          data: fromRight.map((point) => ({
            name: nameOf(point),
            value: [point.medianMs, point.y],
            symbolSize: against === 'top1' ? circle(point.bytes, most) : 12,
            itemStyle: { color: look.series(point.model), opacity: 0.75, borderColor: look.background },
          })),
          label: {
            show: true,
            position: 'right',
            formatter: '{b}',
            color: look.text,
            textBorderColor: look.background,
            textBorderWidth: 2,
            width: Math.min(220, width * 0.35),
            overflow: 'truncate',
          },
          labelLayout: apart(width),
          labelLine: { show: true, lineStyle: { color: look.line } },
          tooltip: {
            formatter: (hit: { dataIndex?: number } | readonly unknown[]) => {
              const point = 'dataIndex' in hit ? fromRight[hit.dataIndex ?? 0] : undefined
              return point === undefined ? '' : pointText(nameOf(point), point, against)
            },
          },
        },
      ],
    }
  },
}

function circle(bytes: number | undefined, most: number): number {
  // Areas are compared, not diameters.
  return Math.max(LEAST_CIRCLE, MOST_CIRCLE * Math.sqrt((bytes ?? 0) / most))
}

function intervalBars({ look }: View, points: readonly TradeOffPoint[]) {
  return {
    type: 'custom' as const,
    silent: true,
    data: points.flatMap(({ medianMs, low, high }) =>
      low === undefined || high === undefined ? [] : [[medianMs, low, high]],
    ),
    encode: { x: 0, y: [1, 2] },
    renderItem: (
      _: unknown,
      api: { value: (dimension: number) => unknown; coord: (point: number[]) => number[] },
    ) => {
      const [at, low, high] = [0, 1, 2].map((dimension) => Number(api.value(dimension)))
      const [x1 = 0, y1 = 0] = api.coord([at ?? 0, low ?? 0])
      const [x2 = 0, y2 = 0] = api.coord([at ?? 0, high ?? 0])
      return {
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style: { stroke: look.quiet, lineWidth: 1, opacity: 0.6 },
      }
    },
  }
}

function pointText(
  name: string,
  { medianMs, y, low, high, bytes }: TradeOffPoint,
  against: 'top1' | 'size',
): string {
  const lines = [name, `median ${medianMs} ms`]
  if (against === 'top1') lines.push(`top-1 ${y} % (${low}–${high})`)
  if (bytes !== undefined) lines.push(byteSize(bytes))
  return lines.join('\n')
}
