import type { Classifier } from '@edge/classify'
import { EdgeError, throwIfAborted } from '@edge/errors'
import type { RatioResult, Share } from '../result/schema.js'
import { mcnemar } from '../statistics/mcnemar.js'
import { wilsonInterval } from '../statistics/wilson.js'
import { type Agreement, AgreementTally, type Answer } from './agreement.js'
import { type OtherLabels, otherLabels } from './labels.js'

const TOP = 5

/** What of a classifier answers. */
export type Scorer = Pick<Classifier, 'classCount' | 'labels' | 'score' | 'rank'>

/** A model that answers, by the name that results have it under. */
export interface Answering {
  readonly id: string
  readonly classifier: Scorer
}

/** What became of one model's answers. */
export interface Answers {
  readonly top1?: Share
  readonly top5?: Share
  /** With the first model; undefined for itself, and where the two cannot be compared. */
  readonly agreement?: Agreement
  /** Classes that it calls otherwise than the first, where both have names for them: they may mean something else. */
  readonly otherLabels?: OtherLabels
  /** Paired test of the pictures that both answered, where classes are known. */
  readonly mcnemar?: NonNullable<RatioResult['mcnemar']>
  /** Pictures that it gave no answer to although they can be decoded, and what it failed with first. */
  readonly failed?: { readonly pictures: number; readonly code: string; readonly message: string }
}

/** A picture that none of the models was asked about: one of them could not decode it. */
export interface FailedPicture {
  readonly image: string
  readonly code: EdgeError['code']
  readonly message: string
}

export interface AnswerOptions {
  readonly images: readonly string[]
  /** Class of each picture, where it is known. */
  readonly expected: readonly (number | undefined)[]
  readonly confidence: number
  readonly signal?: AbortSignal | undefined
  /** Is told how many pictures are done. */
  readonly onProgress?: (done: number) => void
}

/** Of all models, and of the pictures. */
export interface AllAnswers {
  readonly byId: ReadonlyMap<string, Answers>
  readonly failed: readonly FailedPicture[]
  /** Pictures that can be decoded. */
  readonly decodable: readonly string[]
}

/**
 * Brings pictures through all models, and compares what each says of a picture with what the first says of it. One picture is in work at a
 * time, and nothing is kept of it but counts.
 *
 * @param first - id of the model that others are compared with; no agreement where it is not among them.
 * @throws EdgeError `ABORTED`.
 */
export async function compareAnswers(
  models: readonly Answering[],
  first: string,
  { images, expected, confidence, signal, onProgress }: AnswerOptions,
): Promise<AllAnswers> {
  const reference = models.find(({ id }) => id === first)
  const tallies = models.map((model) => new Tally(model, reference))
  const failed: FailedPicture[] = []
  const decodable: string[] = []
  for (const [index, image] of images.entries()) {
    onProgress?.(index)
    throwIfAborted(signal, 'the comparison')
    const answers = await Promise.all(models.map(({ classifier }) => answerOf(classifier, image, signal)))
    const undecodable = answers.find((answer) => answer instanceof EdgeError && isOfPicture(answer))
    if (undecodable instanceof EdgeError) {
      failed.push({ image, code: undecodable.code, message: undecodable.message })
      continue
    }
    decodable.push(image)
    const ofFirst = answers[models.findIndex(({ id }) => id === first)]
    for (const [at, tally] of tallies.entries()) tally.add(image, expected[index], answers[at], ofFirst)
  }
  onProgress?.(images.length)
  return {
    byId: new Map(tallies.map((tally) => [tally.id, tally.answers(confidence)])),
    failed,
    decodable,
  }
}

/** An answer, with its most probable classes. */
interface Ranked extends Answer {
  readonly top: readonly number[]
}

async function answerOf(
  classifier: Scorer,
  image: string,
  signal: AbortSignal | undefined,
): Promise<Ranked | EdgeError> {
  try {
    const { scores } = await classifier.score(image, signal === undefined ? {} : { signal })
    const ranked = classifier.rank(scores, { topK: Math.min(TOP, classifier.classCount) })
    const best = ranked[0] ?? { index: 0, score: scores[0] ?? 0 }
    return { scores, best, top: ranked.map(({ index }) => index) }
  } catch (error) {
    if (!(error instanceof EdgeError) || endsAll(error)) throw error
    return error
  }
}

function endsAll({ code }: EdgeError): boolean {
  return code === 'ABORTED' || code === 'SESSION_DISPOSED' || code === 'INTERNAL'
}

function isOfPicture({ code }: EdgeError): boolean {
  return code.startsWith('IMAGE_') || code.startsWith('FILE_')
}

/** Counts the answers of one model. */
class Tally {
  readonly id: string
  readonly #agreement: AgreementTally | undefined
  readonly #isFirst: boolean
  readonly #otherLabels: OtherLabels | undefined
  #known = 0
  #right = 0
  #amongTop = 0
  #paired = 0
  #onlyThis = 0
  #onlyFirst = 0
  #failures = 0
  #failure: EdgeError | undefined

  constructor({ id, classifier }: Answering, first: Answering | undefined) {
    this.id = id
    this.#isFirst = id === first?.id
    const isComparable = first !== undefined && classifier.classCount === first.classifier.classCount
    this.#agreement = isComparable && !this.#isFirst ? new AgreementTally() : undefined
    this.#otherLabels = isComparable && !this.#isFirst ? otherLabels(first.classifier, classifier) : undefined
  }

  add(
    image: string,
    expected: number | undefined,
    answer: Ranked | EdgeError | undefined,
    ofFirst: Ranked | EdgeError | undefined,
  ): void {
    if (answer === undefined) return
    if (answer instanceof EdgeError) {
      this.#failures += 1
      this.#failure ??= answer
      return
    }
    const first = ofFirst instanceof EdgeError ? undefined : ofFirst
    if (first !== undefined) this.#agreement?.add(image, first, answer)
    if (expected === undefined) return
    const isRight = answer.best.index === expected
    this.#known += 1
    if (isRight) this.#right += 1
    if (answer.top.includes(expected)) this.#amongTop += 1
    if (this.#isFirst || first === undefined) return
    const isFirstRight = first.best.index === expected
    this.#paired += 1
    if (isRight && !isFirstRight) this.#onlyThis += 1
    if (isFirstRight && !isRight) this.#onlyFirst += 1
  }

  answers(confidence: number): Answers {
    const of = this.#known
    const share = (count: number): Share => ({ count, of, interval: wilsonInterval(count, of, confidence) })
    const agreement = this.#agreement?.agreement(confidence)
    const failure = this.#failure
    return {
      ...(of > 0 && { top1: share(this.#right), top5: share(this.#amongTop) }),
      ...(agreement && { agreement }),
      ...(this.#otherLabels && { otherLabels: this.#otherLabels }),
      ...(this.#paired > 0 && { mcnemar: mcnemar(this.#onlyThis, this.#onlyFirst) }),
      ...(failure && {
        failed: { pictures: this.#failures, code: failure.code, message: failure.message },
      }),
    }
  }
}
