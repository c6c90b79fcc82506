type Choice = 'system' | 'light' | 'dark'

const NAMES: Readonly<Record<Choice, string>> = { system: 'as the system', light: 'light', dark: 'dark' }

// When the dark colours of the style sheet hold.
const CONDITIONS: Readonly<Record<Choice, string>> = {
  system: 'screen and (prefers-color-scheme: dark)',
  light: 'not all',
  dark: 'screen',
}

/** Light or dark: as the system has it, unless the reader says otherwise; light on paper. */
export class ThemeSwitch {
  readonly #listeners: (() => void)[] = []
  readonly #dark = darkRule()
  #choice: Choice = 'system'

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#tell())
    addEventListener('beforeprint', () => this.#show('light'))
    addEventListener('afterprint', () => this.#show(this.#choice))
  }

  /** Is called whenever colours are others than before. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** Puts a field with the choices into an element. */
  offerIn(element: HTMLElement): void {
    const label = document.createElement('label')
    const select = document.createElement('select')
    for (const choice of ['system', 'light', 'dark'] as const) {
      select.add(new Option(NAMES[choice], choice))
    }
    select.addEventListener('change', () => {
      this.#choice = select.value === 'light' || select.value === 'dark' ? select.value : 'system'
      this.#show(this.#choice)
    })
    label.append('Colours: ', select)
    element.append(label)
    element.hidden = false
  }

  #show(choice: Choice): void {
    if (this.#dark !== undefined) this.#dark.media.mediaText = CONDITIONS[choice]
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function darkRule(): CSSMediaRule | undefined {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && rule.media.mediaText.includes('prefers-color-scheme')) return rule
    }
  }
  return undefined
}
