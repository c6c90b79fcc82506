import { mergedWarnings } from '../report/merged-warnings.js'
import { terminalTable } from '../report/terminal.js'
import { type Palette, printable } from '../text/index.js'
import type { OtherLabels } from './labels.js'
import type { VariantsResult } from './result.js'
import { sentencesOf } from './sentences.js'
import { answersTable, figuresTable, layersTable } from './tables.js'

/** How much of a comparison to show. */
export interface VariantsTextOptions {
  /** How many layers of each variant at most. */
  readonly layers: number
}

/** Variants side by side, for eyes on a terminal: tables, what they say in sentences, and what has to be known before they are used. */
export function variantsText(
  result: VariantsResult,
  palette: Palette,
  { layers }: VariantsTextOptions,
): string {
  const tables = [
    figuresTable(result),
    answersTable(result),
    ...(layers > 0 ? result.models.map((model) => layersTable(model, result, layers)) : []),
  ].filter((one) => one !== undefined)
  const sentences = result.models.flatMap((model) => {
    const found = sentencesOf(model, result)
    return found.length === 0 ? [] : [{ id: model.id, found }]
  })
  const remarks = remarksOf(result)
  const lines = [
    ...(result.complete ? [] : [palette.red('This comparison was stopped before its end.'), '']),
    ...tables.flatMap((one) => [...terminalTable(one, palette), '']),
    ...sentences.flatMap(({ id, found }) => [
      palette.bold(printable(id)),
      ...found.map((sentence) => `  ${printable(sentence)}`),
      '',
    ]),
    ...(remarks.length === 0
      ? []
      : [
          palette.bold('Remarks'),
          ...remarks.map(({ kind, of, text }) => {
            const mark = kind === 'note' || kind === 'warning' ? palette.bold : palette.red
            return `  ${mark(kind)}  ${of === undefined ? '' : `${printable(of)}: `}${printable(text)}`
          }),
          '',
        ]),
  ]
  return lines.join('\n')
}

/** Something that has to be known before figures are used. */
interface Remark {
  readonly kind: 'failed' | 'unreliable' | 'warning' | 'note'
  /** Undefined where the text says it. */
  readonly of: string | undefined
  readonly text: string
}

function remarksOf({ models, pictures, first }: VariantsResult): readonly Remark[] {
  return [
    ...models.flatMap(({ id, error }): Remark[] =>
      error === undefined ? [] : [{ kind: 'failed', of: id, text: `${error.code}: ${error.message}` }],
    ),
    ...pictures.failed.map(
      ({ image, code, message }): Remark => ({
        kind: 'failed',
        of: message.includes(image) ? undefined : image,
        text: `${code}: ${message}`,
      }),
    ),
    ...mergedWarnings(models).map(
      ({ unreliable, ids, text }): Remark => ({
        kind: unreliable ? 'unreliable' : 'warning',
        of: ids.join(', '),
        text,
      }),
    ),
    ...models.flatMap(({ id, otherLabels }): Remark[] =>
      otherLabels === undefined ? [] : [{ kind: 'warning', of: id, text: labelsText(otherLabels, first) }],
    ),
    ...models.flatMap(({ id, borrowedManifest }): Remark[] =>
      borrowedManifest === undefined
        ? []
        : [{ kind: 'note', of: id, text: `it has no manifest; its input is made as ${first}’s says` }],
    ),
  ]
}

function labelsText({ count, of, example }: OtherLabels, first: string): string {
  const { index, label, ofFirst } = example
  return `it calls ${count} of ${of} classes otherwise than ${first}: class ${index} is “${label}”, there “${ofFirst}”. If that is more than wording, how often the two agree means nothing.`
}
