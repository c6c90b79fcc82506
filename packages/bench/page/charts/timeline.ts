import type { SensorSeries } from '../../src/report/html/page-data.js'
import { timesOf } from '../times.js'
import type { Drawing, View } from '../view.js'
import { axisStyle, latencyAxis, latencyText, scaled, tooltip } from './axes.js'
import type { EChartsOption, SeriesOption, TitleComponentOption } from './echarts.js'

const TOP = 24
const LATENCY = 300
const SENSOR = 90
const SIDE = 62
const GAP = 40
const BOTTOM = 84
const MOST_DASHES = 100

/** Every inference over time, with the machine's temperature and clock beneath on the same axis. */
export const timeline: Drawing = {
  id: 'timeline-drawing',
  followsChoice: true,
  height: (view) => TOP + LATENCY + panels(view).length * (GAP + SENSOR) + BOTTOM,
  option: timelineOption,
}

interface Panel {
  readonly name: string
  readonly sensors: readonly SensorSeries[]
}

function panels({ data: { timeline: time } }: View): Panel[] {
  return [
    { name: '°C', sensors: time.temperatures },
    { name: 'MHz', sensors: time.clocks },
    { name: '%', sensors: time.loads },
  ].filter(({ sensors }) => sensors.length > 0)
}

function timelineOption(view: View): EChartsOption {
  const { look, data, zoom } = view
  const style = axisStyle(look)
  const beneath = panels(view)
  const side = { left: SIDE, right: 20, outerBoundsMode: 'none' as const }
  const lastGrid = beneath.length
  // Models are loaded before the first inference, and nothing is drawn of that.
  const begin = Math.min(...data.timeline.bands.map(({ fromS }) => fromS))
  const end = Math.max(...data.timeline.bands.map(({ toS }) => toS))
  const shownMs = data.timeline.samples.flatMap(({ model, ms }) => (view.chosen.has(model) ? ms : []))
  const grids = [
    { ...side, top: TOP, height: LATENCY },
    ...beneath.map((_, at) => ({ ...side, top: TOP + LATENCY + GAP + at * (SENSOR + GAP), height: SENSOR })),
  ]
  return {
    animation: false,
    textStyle: { fontFamily: look.font },
    title: beneath.map(({ sensors }, at) =>
      sensorNames(view, sensors, TOP + LATENCY + GAP + at * (SENSOR + GAP)),
    ),
    tooltip: { ...tooltip(look), trigger: 'item' },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: grids.map((grid, at) =>
      at === 0 ? grid : { ...grid, tooltip: { show: true, trigger: 'axis', ...tooltip(look) } },
    ),
    xAxis: grids.map((_, at) => ({
      ...style,
      type: 'value' as const,
      gridIndex: at,
      min: begin,
      max: end,
      name: at === lastGrid ? 'seconds since the run began' : '',
      nameGap: 26,
      axisLabel: {
        ...style.axisLabel,
        show: at === lastGrid,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
      },
      axisTick: { ...style.axisTick, show: at === lastGrid },
      // Where the zero of relative latencies lies, there is a line of its own.
      axisLine: { ...style.axisLine, onZero: false },
      splitLine: { show: false },
    })),
    yAxis: [
      { ...style, ...withLabels(latencyAxis(view, shownMs), style), gridIndex: 0, nameGap: 44 },
      ...beneath.map(({ name }, at) => ({
        ...style,
        type: 'value' as const,
        ...(name === '%' ? { min: 0, max: 100, interval: 50 } : { scale: true }),
        gridIndex: at + 1,
        name,
        nameGap: 44,
        splitNumber: 3,
      })),
    ],
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: grids.map((_, at) => at),
        // A wheel alone scrolls the page.
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseWheel: false,
        filterMode: 'none',
        ...zoom,
      },
      {
        type: 'slider',
        xAxisIndex: grids.map((_, at) => at),
        bottom: 8,
        height: 22,
        filterMode: 'none',
        textStyle: { color: look.quiet },
        borderColor: look.line,
        brushSelect: false,
        ...zoom,
      },
    ],
    series: [
      ...sampleSeries(view),
      ...beneath.flatMap(({ sensors }, at) => sensorSeries(view, sensors, at + 1)),
    ],
  }
}

function sampleSeries(view: View): SeriesOption[] {
  const { data, look, chosen, pointed, width } = view
  const { bands } = data.timeline
  // Named where there is room for it.
  const labelled = bands.length > 1 && bands.length * 34 < width
  const rounds = bands.length > 1 && bands.every(({ name }) => name.startsWith('round '))
  const marks: SeriesOption = {
    type: 'scatter',
    data: [],
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: look.band },
      label: { show: labelled, position: 'top', color: look.quiet, fontSize: 11, distance: 3 },
      data: bands.map(({ name, fromS, toS }, at) => [
        {
          name: rounds && at > 0 ? name.replace('round ', '') : rounds ? name : '',
          xAxis: fromS,
          itemStyle: { opacity: at % 2 === 0 ? 1 : 0 },
        },
        { xAxis: toS },
      ]),
    },
  }
  const shown = data.timeline.samples
    .filter(({ model }) => chosen.has(model))
    // What is pointed at comes last, and so on top.
    .sort((one, other) => Number(one.model === pointed) - Number(other.model === pointed))
  return [
    marks,
    ...shown.map((series) => {
      const { model, ms } = series
      const times = timesOf(series)
      const { id, medianMs } = data.models[model] ?? { id: '', medianMs: 1 }
      const isFaint = pointed !== undefined && pointed !== model
      return {
        type: 'scatter' as const,
        name: id,
        symbolSize: 3,
        large: true,
        itemStyle: { color: look.series(model), opacity: isFaint ? 0.08 : 0.75 },
        data: times.map((at, index) => [at, scaled(view, ms[index] ?? 0, medianMs)]),
        tooltip: {
          formatter: (point: { dataIndex?: number } | readonly unknown[]) => {
            const index = 'dataIndex' in point ? (point.dataIndex ?? 0) : 0
            return `${id}\n${latencyText(ms[index] ?? 0, medianMs)}\nat ${(times[index] ?? 0).toFixed(2)} s`
          },
        },
      }
    }),
  ]
}

function sensorSeries({ look, data }: View, sensors: readonly SensorSeries[], axis: number): SeriesOption[] {
  const dashes = data.timeline.throttledS.slice(0, MOST_DASHES).map((at) => ({ xAxis: at }))
  return sensors.map(({ name, atS, values }, at) => ({
    type: 'line' as const,
    name,
    xAxisIndex: axis,
    yAxisIndex: axis,
    showSymbol: false,
    lineStyle: { width: 1.5, color: look.series(at) },
    itemStyle: { color: look.series(at) },
    data: atS.map((time, index) => [time, values[index] ?? 0]),
    ...(at === 0 && {
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: look.bad, type: 'dashed' as const },
        data: dashes,
      },
    }),
  }))
}

/** What the lines of a panel are, above it. */
function sensorNames(
  { look, width }: View,
  sensors: readonly SensorSeries[],
  top: number,
): TitleComponentOption {
  // Braces and bars would be taken for mark-up.
  const names = sensors.map(({ name }, at) => `{mark${at}|●} ${name.replace(/[{}|]/g, ' ')}`)
  return {
    text: names.join('   '),
    left: SIDE,
    top: top - 22,
    padding: 0,
    textStyle: {
      color: look.quiet,
      fontSize: 12,
      fontWeight: 'normal',
      width: width - SIDE - 20,
      overflow: 'truncate',
      rich: Object.fromEntries(
        sensors.map((_, at) => [`mark${at}`, { color: look.series(at), fontSize: 12 }]),
      ),
    },
  }
}

/** An axis' own labels in the colour of all of them. */
export function withLabels<T extends { axisLabel: object }>(axis: T, style: { axisLabel: object }): T {
  return { ...axis, axisLabel: { ...style.axisLabel, ...axis.axisLabel } }
}
