import type { Drawing, View } from '../view.js'
import { axisStyle, latencyAxis, latencyText, scaled, tooltip } from './axes.js'
import type { EChartsOption } from './echarts.js'
import { withLabels } from './timeline.js'

const ROW = 34
const MARGINS = 76
const LEAST_HEIGHT = 300

/** A box plot for each model. */
export const boxes: Drawing = {
  id: 'boxes-drawing',
  followsChoice: true,
  height: bothHeight,
  option: (view) => {
    const { look, data, width } = view
    const style = axisStyle(look)
    const places = shownPlaces(view)
    const models = places.map((place) => data.models[place]).filter((model) => model !== undefined)
    const value = (ms: number, medianMs: number) => scaled(view, ms, medianMs)
    const shownMs = models.flatMap(({ distribution: { box, outliersMs } }) => [...box, ...outliersMs])
    const labels = Math.min(230, width * 0.4)
    const colourOf = (at: number) => look.series(places[at] ?? 0)
    return {
      animation: false,
      textStyle: { fontFamily: look.font },
      tooltip: { ...tooltip(look), trigger: 'item' },
      grid: { left: labels + 12, right: 18, top: 8, bottom: 46 },
      xAxis: { ...style, ...withLabels(latencyAxis(view, shownMs), style), nameGap: 28 },
      yAxis: {
        ...style,
        type: 'category',
        inverse: true,
        data: models.map(({ id }) => id),
        axisLabel: { color: look.text, width: labels, overflow: 'truncate' },
        splitLine: { show: false },
      },
      series: [
        {
          type: 'boxplot',
          boxWidth: [6, 16],
          data: models.map(({ medianMs, distribution: { box } }, at) => ({
            value: box.map((ms) => value(ms, medianMs)),
            itemStyle: { color: 'transparent', borderColor: colourOf(at), borderWidth: 1.5 },
          })),
          tooltip: {
            formatter: (point: { dataIndex?: number } | readonly unknown[]) => {
              const model = 'dataIndex' in point ? models[point.dataIndex ?? 0] : undefined
              return model === undefined ? '' : boxText(model)
            },
          },
        },
        {
          type: 'scatter',
          symbolSize: 4,
          data: models.flatMap(({ medianMs, distribution: { outliersMs } }, at) =>
            outliersMs.map((ms) => ({
              value: [value(ms, medianMs), at],
              itemStyle: { color: colourOf(at), opacity: 0.6 },
              name: latencyText(ms, medianMs),
            })),
          ),
          tooltip: { formatter: '{b}' },
        },
      ],
    }
  },
}

function boxText({ id, distribution: { box, outliers } }: View['data']['models'][number]): string {
  const [low, lower, median, upper, high] = box
  return [
    id,
    `median ${median} ms`,
    `quartiles ${lower} and ${upper} ms`,
    `whiskers ${low} and ${high} ms`,
    `${outliers} beyond them`,
  ].join('\n')
}

/** The empirical distribution function of each model. */
export const ecdf: Drawing = {
  id: 'ecdf-drawing',
  followsChoice: true,
  height: bothHeight,
  option: (view): EChartsOption => {
    const { look, data, pointed } = view
    const style = axisStyle(look)
    const places = shownPlaces(view)
    const shownMs = places.flatMap((place) => data.models[place]?.distribution.ecdf.map(([ms]) => ms) ?? [])
    return {
      animation: false,
      textStyle: { fontFamily: look.font },
      tooltip: { ...tooltip(look), trigger: 'item' },
      grid: { left: 62, right: 18, top: 8, bottom: 46 },
      xAxis: { ...style, ...withLabels(latencyAxis(view, shownMs), style), nameGap: 28 },
      yAxis: { ...style, type: 'value', min: 0, max: 100, name: '% of inferences', nameGap: 40 },
      series: places.map((place) => {
        const { id, medianMs, distribution } = data.models[place] ?? NO_MODEL
        const isFaint = pointed !== undefined && pointed !== place
        return {
          type: 'line',
          name: id,
          step: 'end',
          symbol: 'circle',
          symbolSize: 6,
          showSymbol: false,
          triggerLineEvent: true,
          lineStyle: { width: 1.5, color: look.series(place), opacity: isFaint ? 0.15 : 1 },
          itemStyle: { color: look.series(place) },
          z: pointed === place ? 3 : 2,
          data: distribution.ecdf.map(([ms, share]) => [scaled(view, ms, medianMs), share * 100]),
          tooltip: { formatter: id },
        }
      }),
    }
  },
}

const NO_MODEL = { id: '', medianMs: 1, distribution: { ecdf: [] } }

function shownPlaces({ data, chosen }: View): number[] {
  return data.models.flatMap((_, place) => (chosen.has(place) ? [place] : []))
}

/** The same, for they stand beside each other. */
function bothHeight(view: View): number {
  return Math.max(LEAST_HEIGHT, shownPlaces(view).length * ROW + MARGINS)
}
