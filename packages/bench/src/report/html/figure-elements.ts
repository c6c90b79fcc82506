import { grouped } from '../../text/quantities.js'
import { escapeSentence } from './escape.js'
import type { PageData } from './page-data.js'

/** Elements that the page's program draws into: within tables of some name, and sections of their own. */
export interface FigureElements {
  readonly within: ReadonlyMap<string, string>
  readonly apart: readonly { readonly id: string; readonly name: string; readonly html: string }[]
}

/** A place for each drawing that there is something for. They are hidden until the page's program draws them. */
export function figuresOf(data: PageData, share: { drawn: number; of: number }): FigureElements {
  const within = new Map<string, string>()
  const apart: { id: string; name: string; html: string }[] = []
  if (data.ratios.length > 0) {
    within.set(
      'ratios',
      figure(
        'ratios-drawing',
        `Ratios with their intervals. Left of 1: faster than what it is compared with; the band is ±2 %.${
          data.ratios.some(({ unreliable }) => unreliable)
            ? ' Grey and with a question mark: of figures that are unreliable.'
            : ''
        }`,
      ),
    )
  }
  if (data.models.length > 0) {
    apart.push({ id: 'timeline', name: 'Every inference over time', html: timelineSection(data, share) })
    apart.push({ id: 'distributions', name: 'Distributions', html: distributionSection(data) })
  }
  if (data.tradeOff !== undefined) {
    const name = data.tradeOff.against === 'top1' ? 'Size, accuracy and latency' : 'Size and latency'
    apart.push({
      id: 'trade-off',
      name,
      html: section('trade-off', name, figure('trade-off-drawing', tradeOffCaption(data))),
    })
  }
  if (data.confusion.length > 0) within.set('confusions', '<div id="confusion-drawing" hidden></div>\n')
  return { within, apart }
}

function timelineSection({ timeline }: PageData, { drawn, of }: { drawn: number; of: number }): string {
  const beneath = [
    ...(timeline.temperatures.length > 0 ? ['temperature'] : []),
    ...(timeline.clocks.length > 0 ? ['clock'] : []),
    ...(timeline.loads.length > 0 ? ['load'] : []),
  ]
  const caption = [
    `Each point is one inference${beneath.length > 0 ? `; beneath it the machine’s ${new Intl.ListFormat('en').format(beneath)} at that time` : ''}.`,
    timeline.bands.length > 1 ? 'Bands are rounds, or turns of one model.' : '',
    timeline.throttledS.length > 0 ? 'Dashed lines: the machine said that it throttled.' : '',
    drawn < of
      ? `${grouped(drawn)} of ${grouped(of)} inferences are drawn: the fastest and the slowest of each few consecutive ones. Tables are of all.`
      : `All ${grouped(of)} inferences are drawn.`,
  ]
  const controls = '<div class="controls" id="drawing-controls" hidden></div>\n'
  return section(
    'timeline',
    'Every inference over time',
    `${controls}${figure('timeline-drawing', caption.filter((one) => one !== '').join(' '))}`,
  )
}

function distributionSection({ models }: PageData): string {
  const beyond = models.reduce((sum, { distribution }) => sum + distribution.outliers, 0)
  const shown = models.reduce((sum, { distribution }) => sum + distribution.outliersMs.length, 0)
  const outliers =
    shown < beyond
      ? ` Of ${grouped(beyond)} samples beyond the whiskers the ${grouped(shown)} farthest are drawn.`
      : ''
  return section(
    'distributions',
    'Distributions',
    `<div class="pair">
${figure('boxes-drawing', `Quartiles and median; whiskers end at the farthest samples within 1.5 times the quartiles’ distance (Tukey).${outliers}`)}${figure('ecdf-drawing', 'Share of inferences that took no longer.')}</div>
`,
  )
}

function tradeOffCaption({ tradeOff, models }: PageData): string {
  if (tradeOff === undefined) return ''
  const shown = new Set(tradeOff.points.map(({ model }) => model))
  const missing = models.filter((_, index) => !shown.has(index)).length
  const why = tradeOff.against === 'top1' ? 'accuracy' : 'size'
  const left = missing === 0 ? '' : ` ${missing} of unknown ${why} ${missing === 1 ? 'is' : 'are'} left out.`
  // One that beats all others in both is joined with nothing.
  const line = tradeOff.front.length < 2 ? '' : ' The line joins those that no other beats in both.'
  return tradeOff.against === 'top1'
    ? `Up and left is better. Circles grow with the model’s size in bytes; bars are intervals of the accuracy.${line}${left}`
    : `Down and left is better.${line}${left}`
}

/** One drawing and what it shows. */
function figure(id: string, caption: string): string {
  return `<figure hidden><div id="${id}" class="drawing"></div><figcaption>${escapeSentence(caption)}</figcaption></figure>
`
}

function section(id: string, title: string, inside: string): string {
  return `<section id="${id}" class="drawn" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${inside}</section>`
}
