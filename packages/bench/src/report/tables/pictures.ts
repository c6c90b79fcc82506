import type { ModelResult, ResultFile } from '../../result/schema.js'
import { significant } from '../figures.js'
import { type Cell, type ReportColumn, type ReportRow, type ReportTable, textCell } from '../report-table.js'
import { classNames } from './class-names.js'

type Picture = NonNullable<ModelResult['accuracy']>['pictures'][number]

// Few enough to stand beside each other.
const MOST_COLUMNS = 8

/**
 * The class that each model gave each picture, and its score. With few pictures each has a column, with more each has a row.
 *
 * @param most - more pictures than so many are left out, those that all models have right first; it is said how many.
 * @returns undefined where nothing was classified.
 */
export function picturesTable({ models }: ResultFile, most: number): ReportTable | undefined {
  const answered = models.filter(({ accuracy }) => accuracy !== undefined && accuracy.pictures.length > 0)
  if (answered.length === 0) return undefined
  const given = new Map(
    answered.map(({ id, accuracy }) => [
      id,
      new Map((accuracy?.pictures ?? []).map((picture) => [picture.image, picture])),
    ]),
  )
  const all = [
    ...new Set(answered.flatMap(({ accuracy }) => accuracy?.pictures.map(({ image }) => image) ?? [])),
  ]
  const answers = (image: string): Picture[] => answered.flatMap(({ id }) => given.get(id)?.get(image) ?? [])
  const shown = choose(all, answers, most)
  const names = classNames(answered)
  const expectedOf = (image: string): Cell | undefined => {
    const expected = answers(image).find((one) => one.expected !== undefined)?.expected
    return expected === undefined ? undefined : textCell(names.get(expected) ?? `class ${expected}`)
  }
  const layout = shown.length <= MOST_COLUMNS ? modelsAsRows : picturesAsRows
  const cellOf = (id: string, image: string) => answerCell(given.get(id)?.get(image))
  return {
    id: 'pictures',
    title: 'Class and score of each picture',
    ...layout(answered, shown, expectedOf, cellOf),
    notes: [
      `The class that a model put first, and its score${shown.some((image) => expectedOf(image) !== undefined) ? '; “wrong” where the picture is of another class' : ''}.`,
      ...(shown.length < all.length
        ? [
            `${shown.length} of ${all.length} pictures: those that a model has wrong, then the first ones. All are in the JSON file.`,
          ]
        : []),
    ],
  }
}

type CellOf = (id: string, image: string) => Cell | undefined
type ExpectedOf = (image: string) => Cell | undefined
type Layout = (
  models: readonly ModelResult[],
  images: readonly string[],
  expectedOf: ExpectedOf,
  cellOf: CellOf,
) => { columns: readonly ReportColumn[]; rows: readonly ReportRow[] }

const modelsAsRows: Layout = (models, images, expectedOf, cellOf) => {
  const expected = images.map(expectedOf)
  const rows = models.map(({ id }) => ({
    cells: [textCell(id), ...images.map((image) => cellOf(id, image))],
  }))
  return {
    columns: [
      { title: 'model', kind: 'text' },
      ...images.map((image): ReportColumn => ({ title: shortName(image), kind: 'text' })),
    ],
    rows: expected.every((cell) => cell === undefined)
      ? rows
      : [{ cells: [textCell('known to be'), ...expected], tone: 'quiet' }, ...rows],
  }
}

const picturesAsRows: Layout = (models, images, expectedOf, cellOf) => {
  const known = images.some((image) => expectedOf(image) !== undefined)
  return {
    columns: [
      { title: 'picture', kind: 'text' },
      ...(known ? [{ title: 'known to be', kind: 'text' } as const] : []),
      ...models.map(({ id }): ReportColumn => ({ title: id, kind: 'text' })),
    ],
    rows: images.map((image) => ({
      cells: [
        textCell(shortName(image)),
        ...(known ? [expectedOf(image)] : []),
        ...models.map(({ id }) => cellOf(id, image)),
      ],
    })),
  }
}

function answerCell(picture: Picture | undefined): Cell | undefined {
  if (picture === undefined) return undefined
  const name = picture.label ?? `class ${picture.class}`
  const wrong = picture.correct === false
  return {
    text: `${name} ${significant(picture.score, 3)}${wrong ? ', wrong' : ''}`,
    ...(wrong && { tone: 'bad' }),
  }
}

function choose(
  images: readonly string[],
  answers: (image: string) => Picture[],
  most: number,
): readonly string[] {
  if (images.length <= most) return images
  const isWrong = (image: string) => answers(image).some(({ correct }) => correct === false)
  const wrong = images.filter(isWrong)
  const chosen = new Set([...wrong, ...images].slice(0, most))
  // A picture may be among both.
  for (const image of images) {
    if (chosen.size >= most) break
    chosen.add(image)
  }
  return [...chosen]
}

/** The last part of a path. */
export function shortName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path
}
