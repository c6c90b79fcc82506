import { Classifier, type ClassifierOptions } from '@edge/classify'
import { EdgeError, type ErrorCode } from '@edge/errors'
import { FileMemory, PRESET_NAMES, type Preprocessing, preprocessWith } from '@edge/image'
import { type Precision, type Request, Session, type SessionOptions } from '@edge/runtime'
import { drive } from './drive.js'
import { KeptInputs } from './kept-inputs.js'
import { PictureFailure } from './picture-failure.js'
import type {
  Building,
  Classified,
  Loaded,
  LoadRequest,
  Ran,
  RunRequest,
  SubjectAnswer,
  SubjectRequest,
} from './protocol.js'

/** One input and what of it is there already. */
interface Slot {
  readonly request: Request
  readonly memory: FileMemory
  image: number
}

interface Opened {
  readonly load: LoadRequest
  readonly session: Session
  readonly classifier: Classifier | undefined
  readonly slots: Slot[]
  readonly inputs: KeptInputs
}

/** This product's own backends, measured: with pictures through a {@link Classifier}, without through a {@link Session}. */
export class OwnSubject {
  readonly #backend: string
  #opened: Opened | undefined

  /** @param backend - name of one of this product's backends. */
  constructor(backend: string) {
    this.#backend = backend
  }

  /** @param tell - is told how far an engine is that is built at loading. */
  async answer(
    request: SubjectRequest,
    tell: (building: Building) => void = () => {},
  ): Promise<SubjectAnswer> {
    switch (request.ask) {
      case 'load':
        return await this.#load(request, tell)
      case 'run':
        return await this.#run(request)
      case 'classify':
        return await this.#classify(request.topK)
      case 'end':
        await this.#close()
        return { answer: 'ended' }
    }
  }

  async #load(load: LoadRequest, tell: (building: Building) => void): Promise<Loaded> {
    await this.#close()
    const options: SessionOptions = {
      threads: load.threads,
      backend: this.#backend,
      ...(load.precision !== undefined && { precision: precisionOf(load.precision) }),
      onProgress: ({ fraction, phases, elapsedMs }) => tell({ fraction, phases: [...phases], elapsedMs }),
    }
    const begin = performance.now()
    // Labels and preprocessing are read with the model where there are pictures for it; batches get made-up input. End to end, as many
    // pictures may be worked on at a time as users get; their requests are made when they are needed.
    const classifier =
      load.images.length > 0 && load.batch === 1
        ? await Classifier.load(load.model, {
            ...options,
            ...classifierOptions(load),
            ...(!load.endToEnd && { requests: 1 }),
          })
        : undefined
    const session = classifier?.session ?? (await Session.open(load.model, options))
    if (load.batch > 1) await session.resize(batchShapes(session, load.batch))
    const loadMs = performance.now() - begin
    this.#opened = { load, session, classifier, slots: [], inputs: new KeptInputs() }
    const request = this.#slot(this.#opened, 0).request
    const firstBegin = performance.now()
    request.runSync()
    const firstRunMs = performance.now() - firstBegin
    const built = wasBuiltAndKept(session)
    return { answer: 'loaded', version: versionOf(session), loadMs, firstRunMs, ...(built && { built }) }
  }

  async #run(runs: RunRequest): Promise<Ran> {
    const opened = this.#need()
    const { classifier, load } = opened
    if (load.endToEnd) {
      if (classifier === undefined) throw noPictures()
      const path = (image: number): string => load.images[image] ?? ''
      const images: number[] = []
      return await drive(runs, {
        prepare: (image, slot) => {
          images[slot] = image
        },
        run: async (slot) => {
          const image = images[slot] ?? 0
          await ofPicture(image, classifier.classify(path(image)))
        },
      })
    }
    return await drive(runs, {
      prepare: (image, slot) => this.#fill(opened, this.#slot(opened, slot), image),
      runSync: (slot) => void this.#slot(opened, slot).request.runSync(),
      run: async (slot) => void (await this.#slot(opened, slot).request.run()),
    })
  }

  async #classify(topK: number): Promise<Classified> {
    const { classifier, load } = this.#need()
    if (classifier === undefined) throw noPictures()
    const most = Math.min(topK, classifier.classCount)
    const pictures: Classified['pictures'] = []
    for await (const { classes, error } of classifier.classifyMany(load.images, { topK: most })) {
      if (error !== undefined) pictures.push({ error: { code: error.code, message: error.message } })
      else {
        pictures.push({
          classes: classes.map(({ index, score, label }) => ({
            index,
            score,
            ...(label !== undefined && { label }),
          })),
        })
      }
    }
    return { answer: 'classified', pictures }
  }

  /** Brings a picture into a slot's input, unless it is there. */
  #fill(opened: Opened, slot: Slot, image: number): Promise<void> | void {
    const { classifier, inputs } = opened
    if (classifier === undefined || slot.image === image) return
    if (inputs.copy(image, bytesOf(slot))) {
      slot.image = image
      return
    }
    return this.#decode(opened, slot, image, classifier.preprocessing)
  }

  async #decode(opened: Opened, slot: Slot, image: number, preprocessing: Preprocessing): Promise<void> {
    const { load, inputs } = opened
    slot.image = -1
    const path = load.images[image] ?? ''
    await ofPicture(image, preprocessWith(preprocessing, path, slot.request.input(), undefined, slot.memory))
    slot.image = image
    inputs.keep(image, bytesOf(slot))
  }

  #slot({ session, slots }: Opened, index: number): Slot {
    slots[index] ??= { request: session.createRequest(), memory: new FileMemory(), image: -1 }
    return slots[index]
  }

  #need(): Opened {
    if (this.#opened !== undefined) return this.#opened
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the subject was asked to run before a model was loaded',
    })
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    opened?.inputs.close()
    await (opened?.classifier ?? opened?.session)?.dispose()
  }
}

// Codes of errors that are a picture's, and no model's.
const PICTURE_CODES: readonly ErrorCode[] = [
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'IMAGE_INVALID',
  'IMAGE_UNSUPPORTED',
]

async function ofPicture(image: number, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (cause) {
    if (!(cause instanceof EdgeError && PICTURE_CODES.includes(cause.code))) throw cause
    throw new PictureFailure(image, cause.code, cause.message, { cause })
  }
}

function bytesOf({ request }: Slot): Uint8Array {
  const { buffer, byteOffset, byteLength } = request.input().data
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** What a model's own manifest does not say: a preset or another manifest's path for its input, and what it returns. */
function classifierOptions({ options = {} }: LoadRequest): ClassifierOptions {
  const { manifest, outputKind } = options
  const preset = PRESET_NAMES.find((name) => name === options.preset)
  return {
    ...(preset !== undefined && { preset }),
    ...(typeof manifest === 'string' && { manifest }),
    ...((outputKind === 'logits' || outputKind === 'probabilities') && { outputKind }),
  }
}

const PRECISIONS: readonly Precision[] = ['fp32', 'fp16', 'bf16', 'int8', 'best']

/** What a backend has no use for, it refuses: figures of fp16 that were measured in fp32 would be wrong. */
function precisionOf(named: string): Precision {
  const precision = PRECISIONS.find((known) => known === named)
  if (precision !== undefined) return precision
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'there is no such precision',
    expected: PRECISIONS.join(', '),
    found: JSON.stringify(named),
  })
}

/** Every input with another first dimension. */
function batchShapes(session: Session, batch: number): Record<string, readonly number[]> {
  return Object.fromEntries(session.inputs.map(({ name, shape }) => [name, [batch, ...shape.slice(1)]]))
}

function versionOf({ backend, details }: Session): string {
  const version = details.version
  return version === undefined ? backend : `${backend} ${version}`
}

/** Whether an engine was built for it, which the cache has from now on. */
function wasBuiltAndKept({ details }: Session): boolean {
  return details.engine?.startsWith('built') === true && details.cacheWarning === undefined
}

function noPictures(): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', { summary: 'the subject has no pictures to classify' })
}
