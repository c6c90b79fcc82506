import { extent } from '../src/report/figures.js'
import type { PageData } from '../src/report/html/page-data.js'
import { announce } from './announce.js'
import { boxes, ecdf } from './charts/distributions.js'
import { type EChartsType, init } from './charts/echarts.js'
import { ratios } from './charts/ratios.js'
import { timeline } from './charts/timeline.js'
import { tradeOff } from './charts/trade-off.js'
import { showConfusion } from './confusion.js'
import { colourMarks, offerControls, type ZoomStep } from './drawing-controls.js'
import { currentLook } from './look.js'
import type { ThemeSwitch } from './theme.js'
import type { Drawing, Scale, View } from './view.js'

// Where models are so far apart, nothing but their order could be seen on one axis.
const FAR_APART = 3

/** Draws everything that the page has a place for, and keeps it as the reader wants it. */
export function drawAll(data: PageData, theme: ThemeSwitch): void {
  const confusion = document.getElementById('confusion-drawing')
  if (confusion !== null) showConfusion(confusion, data.confusion)
  const board = new DrawingBoard(data)
  for (const drawing of [ratios, timeline, boxes, ecdf, tradeOff]) board.add(drawing)
  theme.onChange(() => board.redraw())
}

interface Drawn {
  readonly drawing: Drawing
  readonly element: HTMLElement
  readonly chart: EChartsType
}

class DrawingBoard {
  readonly #data: PageData
  readonly #drawn: Drawn[] = []
  readonly #controls = document.getElementById('drawing-controls')
  #scale: Scale
  #chosen: ReadonlySet<number>
  #pointed: number | undefined
  #zoom = { start: 0, end: 100 }

  constructor(data: PageData) {
    this.#data = data
    const [least, most] = extent(data.models.map(({ medianMs }) => medianMs))
    this.#scale = most > FAR_APART * least ? 'relative' : 'absolute'
    this.#chosen = new Set(data.models.keys())
    if (this.#controls !== null) {
      offerControls(this.#controls, data.models, this.#scale, {
        choose: (places) => {
          this.#chosen = places
          this.#follow()
        },
        point: (place) => {
          this.#pointed = place
          this.#follow()
        },
        scale: (scale) => {
          this.#scale = scale
          this.#follow()
        },
        zoom: (step) => this.#zoomBy(step),
      })
      colourMarks(this.#controls, currentLook().series)
    }
  }

  /** Draws into the element of the drawing's id, where the page has it. */
  add(drawing: Drawing): void {
    const element = document.getElementById(drawing.id)
    const figure = element?.closest('figure')
    if (element === null || figure === null || figure === undefined) return
    figure.hidden = false
    element.setAttribute('role', 'img')
    const title = figure.closest('section')?.querySelector('h2')?.textContent ?? ''
    element.ariaLabel = `${title}. ${figure.querySelector('figcaption')?.textContent ?? ''}`
    element.style.height = `${drawing.height(this.#view(element))}px`
    const drawn = { drawing, element, chart: init(element) }
    this.#drawn.push(drawn)
    this.#draw(drawn)
    if (drawing === timeline) drawn.chart.on('datazoom', () => this.#keepZoom(drawn.chart))
    let width = element.clientWidth
    new ResizeObserver(() => {
      // It tells of the first size, too, and of heights, which are our own.
      if (element.clientWidth === width) return
      width = element.clientWidth
      drawn.chart.resize()
      this.#draw(drawn)
    }).observe(element)
  }

  /** Draws everything again, in the colours that the page now has. */
  redraw(): void {
    if (this.#controls !== null) colourMarks(this.#controls, currentLook().series)
    for (const drawn of this.#drawn) this.#draw(drawn)
  }

  #follow(): void {
    for (const drawn of this.#drawn) if (drawn.drawing.followsChoice) this.#draw(drawn)
  }

  #draw({ drawing, element, chart }: Drawn): void {
    const view = this.#view(element)
    const height = `${drawing.height(view)}px`
    if (element.style.height !== height) {
      element.style.height = height
      chart.resize()
    }
    chart.setOption(drawing.option(view), { notMerge: true })
  }

  #view(element: HTMLElement): View {
    return {
      data: this.#data,
      look: currentLook(),
      scale: this.#scale,
      chosen: this.#chosen,
      pointed: this.#pointed,
      width: element.clientWidth,
      zoom: this.#zoom,
    }
  }

  #keepZoom(chart: EChartsType): void {
    const option: unknown = chart.getOption().dataZoom
    const first: unknown = Array.isArray(option) ? option[0] : undefined
    if (typeof first !== 'object' || first === null || !('start' in first) || !('end' in first)) return
    this.#zoom = { start: Number(first.start), end: Number(first.end) }
  }

  #zoomBy(step: ZoomStep): void {
    const { start, end } = this.#zoom
    const width = end - start
    const middle = (start + end) / 2
    const next = {
      in: [middle - width / 4, middle + width / 4],
      out: [middle - width, middle + width],
      earlier: [start - width / 2, end - width / 2],
      later: [start + width / 2, end + width / 2],
      all: [0, 100],
    }[step]
    const [from = 0, to = 100] = next
    // Moved to the edge, it keeps its width.
    const shift = step === 'in' || step === 'out' ? 0 : Math.max(0, -from) - Math.max(0, to - 100)
    this.#zoom = { start: Math.max(0, from + shift), end: Math.min(100, to + shift) }
    for (const drawn of this.#drawn) if (drawn.drawing === timeline) this.#draw(drawn)
    announce(`From ${Math.round(this.#zoom.start)} to ${Math.round(this.#zoom.end)} per cent of the run`)
  }
}
