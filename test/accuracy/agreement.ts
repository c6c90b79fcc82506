/** What @edge/classify says is on pictures, against what Python said: see test/golden/accuracy/README.md. */
import { relative } from 'node:path'
import { Classifier, type ClassifierOptions } from '@edge/classify'
import { accuracyGoldenDirectory, type PictureSet } from '../../scripts/setup/crops.js'
import { objectMember } from '../../scripts/setup/json-value.js'
import { cacheDirectory } from '../../scripts/setup/paths.js'
import { lite0Model, numbers, readGolden } from '../runtime/golden.js'

export const MODELS = ['fp32', 'int8'] as const
export type Model = (typeof MODELS)[number]

/** A probability may be this far from Python's. */
export const WITHIN = 0.02

/** One picture, as both see it. */
export interface Compared {
  /** Path from the cache on. */
  readonly picture: string
  /** Our best classes, best first: as many as are recorded of Python's. */
  readonly ours: readonly number[]
  readonly python: readonly number[]
  /** How far our probability of Python's best class is from Python's. */
  readonly apart: number
}

const recorded = (set: PictureSet['name']) =>
  objectMember(readGolden(set, accuracyGoldenDirectory), 'pictures', set)

/** The pictures that Python was asked about, as paths from the cache on. */
export const recordedPictures = (set: PictureSet['name']): readonly string[] => Object.keys(recorded(set))

/** How pictures are called in the golden files. */
export const nameOf = (path: string): string => relative(cacheDirectory, path)

/** Classifies pictures, and looks up what Python said as it is recorded for a set. */
export async function compare(
  paths: readonly string[],
  set: PictureSet['name'],
  model: Model,
  options: ClassifierOptions,
): Promise<readonly Compared[]> {
  const golden = recorded(set)
  const classifier = await Classifier.load(lite0Model(model), options)
  const compared: Compared[] = []
  try {
    const all = classifier.classifyMany(paths, { topK: classifier.classCount })
    for await (const { source, classes, error } of all) {
      if (error !== undefined) throw error
      const picture = nameOf(source)
      const answer = objectMember(objectMember(golden, picture, set), model, picture)
      const [python, scores] = [numbers(answer.classes, picture), numbers(answer.scores, picture)]
      const ours = classes.find(({ index }) => index === python[0])
      compared.push({
        picture,
        ours: classes.slice(0, python.length).map(({ index }) => index),
        python,
        apart: Math.abs((ours?.score ?? Number.NaN) - (scores[0] ?? Number.NaN)),
      })
    }
  } finally {
    await classifier.dispose()
  }
  return compared
}

/** How often both say the same, as parts of all pictures. */
export interface Agreement {
  readonly pictures: number
  /** The best class is Python's. */
  readonly sameClass: number
  /** It is, and its probability is within {@link WITHIN}. */
  readonly agreeing: number
  /** The largest difference of a probability. */
  readonly furthest: number
}

export function agreementOf(all: readonly Compared[]): Agreement {
  const same = all.filter(({ ours, python }) => ours[0] === python[0])
  return {
    pictures: all.length,
    sameClass: same.length / all.length,
    agreeing: same.filter(({ apart }) => apart <= WITHIN).length / all.length,
    furthest: Math.max(...all.map(({ apart }) => apart)),
  }
}

/** One line of the table that is printed at the end. */
export function tableRow(what: string, { pictures, sameClass, agreeing, furthest }: Agreement): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8)
  const figures = [String(pictures).padStart(4), percent(sameClass), percent(agreeing), furthest.toFixed(4)]
  return [what.padEnd(40), ...figures].join('  ')
}
