/** Colours of the page as they are now, for canvases, which style sheets do not reach. */
export interface Look {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly band: string
  readonly background: string
  readonly good: string
  readonly bad: string
  readonly accent: string
  readonly font: string
  /** Of models and sensors, by their place. */
  readonly series: (place: number) => string
}

const HUES = 10

/** Reads the custom properties that the style sheet gives for light or dark. */
export function currentLook(): Look {
  const style = getComputedStyle(document.documentElement)
  const property = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: property('text'),
    quiet: property('quiet'),
    line: property('line'),
    band: property('band'),
    background: property('surface'),
    good: property('good'),
    bad: property('bad'),
    accent: property('accent'),
    font: getComputedStyle(document.body).fontFamily,
    // The second ten are the first in a paler shade: more hues could not be told apart.
    series: (place) => property(`series-${(place % HUES) + 1}${place % (2 * HUES) >= HUES ? '-pale' : ''}`),
  }
}
