import type { PageModel } from '../src/report/html/page-data.js'
import type { Scale } from './view.js'

/** Is told what the reader chooses. */
export interface ControlListener {
  choose(places: ReadonlySet<number>): void
  point(place: number | undefined): void
  scale(scale: Scale): void
  zoom(step: ZoomStep): void
}

export type ZoomStep = 'in' | 'out' | 'earlier' | 'later' | 'all'

const ZOOM_STEPS: readonly (readonly [ZoomStep, string])[] = [
  ['in', 'Zoom in'],
  ['out', 'Zoom out'],
  ['earlier', 'Earlier'],
  ['later', 'Later'],
  ['all', 'Whole run'],
]

/** What the drawings of latency offer: which models, which scale, and which part of the time; all of it from the keyboard, too. */
export function offerControls(
  place: HTMLElement,
  models: readonly PageModel[],
  scale: Scale,
  listener: ControlListener,
): void {
  place.append(modelChoice(models, listener), scaleChoice(scale, listener), zoomButtons(listener))
  place.hidden = false
}

/** Gives the marks beside the models' names the colours that they are drawn in. */
export function colourMarks(place: HTMLElement, colourOf: (model: number) => string): void {
  for (const [model, mark] of [...place.querySelectorAll<HTMLElement>('.mark')].entries()) {
    mark.style.background = colourOf(model)
  }
}

function modelChoice(models: readonly PageModel[], listener: ControlListener): HTMLFieldSetElement {
  const group = fieldSet('Models drawn')
  const boxes = models.map(({ id, marks }, place) => {
    const box = input('checkbox', 'models')
    box.checked = true
    const mark = document.createElement('span')
    mark.className = 'mark'
    const label = document.createElement('label')
    label.append(box, mark, marks.length === 0 ? id : `${id} (${marks.join(', ')})`)
    for (const event of ['pointerenter', 'focusin'])
      label.addEventListener(event, () => listener.point(place))
    for (const event of ['pointerleave', 'focusout'])
      label.addEventListener(event, () => listener.point(undefined))
    group.append(label)
    return box
  })
  const tell = () => listener.choose(new Set(boxes.flatMap(({ checked }, place) => (checked ? [place] : []))))
  group.addEventListener('change', tell)
  if (models.length > 2) {
    const all = (checked: boolean) => () => {
      for (const box of boxes) box.checked = checked
      tell()
    }
    group.append(button('All', all(true)), button('None', all(false)))
  }
  return group
}

function scaleChoice(scale: Scale, listener: ControlListener): HTMLFieldSetElement {
  const group = fieldSet('Latency')
  const choices: readonly (readonly [Scale, string])[] = [
    ['absolute', 'in milliseconds'],
    ['relative', 'against each model’s own median'],
  ]
  for (const [value, text] of choices) {
    const radio = input('radio', 'scale')
    radio.checked = value === scale
    radio.addEventListener('change', () => listener.scale(value))
    const label = document.createElement('label')
    label.append(radio, text)
    group.append(label)
  }
  return group
}

function zoomButtons(listener: ControlListener): HTMLFieldSetElement {
  const group = fieldSet('Time (also: Ctrl and the wheel, or the bar beneath)')
  group.append(...ZOOM_STEPS.map(([step, text]) => button(text, () => listener.zoom(step))))
  return group
}

function fieldSet(legend: string): HTMLFieldSetElement {
  const group = document.createElement('fieldset')
  const title = document.createElement('legend')
  title.textContent = legend
  group.append(title)
  return group
}

function input(type: 'checkbox' | 'radio', name: string): HTMLInputElement {
  const element = document.createElement('input')
  element.type = type
  element.name = name
  return element
}

function button(text: string, clicked: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = text
  element.addEventListener('click', clicked)
  return element
}
