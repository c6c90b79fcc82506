import type { PageData } from '../src/report/html/page-data.js'
import type { EChartsOption } from './charts/echarts.js'
import type { Look } from './look.js'

/** How latency is drawn: in milliseconds, or as the difference from each model's own median. */
export type Scale = 'absolute' | 'relative'

/** What the reader chose to see. */
export interface View {
  readonly data: PageData
  readonly look: Look
  readonly scale: Scale
  /** Places of the models that are shown. */
  readonly chosen: ReadonlySet<number>
  /** The one that is pointed at, which stands out. */
  readonly pointed: number | undefined
  /** Width of the drawing in pixels. */
  readonly width: number
  /** Part of the run's time that is shown, in per cent. */
  readonly zoom: Readonly<{ start: number; end: number }>
}

/** One drawing: an element, and what is drawn in it. */
export interface Drawing {
  /** Id of the element. */
  readonly id: string
  readonly option: (view: View) => EChartsOption
  /** In pixels. */
  readonly height: (view: View) => number
  /** Whether it depends on scale and choice of models. */
  readonly followsChoice: boolean
}
