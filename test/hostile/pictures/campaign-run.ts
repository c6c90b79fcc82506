/** Sends mutants of pictures through `classifyMany` and `preprocess`, and writes down what came of each. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTflite } from '@edge/model/tflite'
import { Child, type ChildLimits, type Reply } from '../child.js'
import { classifier } from '../seeds/layers.js'
import { type Mutant, PictureMutator } from './mutants.js'
import type { Format, Seed } from './seeds.js'

/** No picture may take longer, decoded two or three times over. */
export const MOST_MS = 10_000
/** Nor make the process larger: what the documentation of `maxPixels` allows for one, and Node.js. */
export const MOST_MEGABYTES = 1442

const LIMITS: ChildLimits = {
  timeoutMs: MOST_MS,
  // Far beyond what is used: an allocation that fails ends GLib, and this is not about that.
  addressSpaceMb: 65_536,
  nodeOptions: ['--expose-gc', '--max-semi-space-size=1'],
  environment: {
    // What glibc keeps of freed memory is no leak: with thresholds that stay, large blocks go back to the system.
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  },
}
// libwebp asks for memory for all pixels when only the header is read, and never touches it: filled, it would be hundreds of megabytes.
const UNFILLED: ChildLimits = { ...LIMITS, environment: { ...LIMITS.environment, MALLOC_PERTURB_: '0' } }
/** How many mutants pass between two looks at a good picture. */
const BETWEEN_GOOD_ONES = 40
/** How many times the size of the process is looked at. */
const SAMPLES = 20

export interface PictureCampaignOptions {
  readonly seeds: readonly Seed[]
  readonly seed: number
  readonly count: number
  /** Whether glibc fills memory when it is had and freed, so that nothing that is read too early or too late is zero by luck. */
  readonly fill?: boolean
  readonly onProgress?: (done: number) => void
}

/** A mutant that ended, or held up, the process that decoded it. */
export interface PictureIncident {
  readonly mutant: Mutant
  readonly kind: 'crash' | 'hang'
  /** What the process was at: `classify`, `preprocess`. */
  readonly phase: string
  /** The signal, or the exit code. */
  readonly how: string
  /** The end of what the process wrote to stderr. */
  readonly said: string
  /** Whether it does the same in a process that has decoded nothing before. */
  readonly alone: boolean
  /** Whether sharp does the same without any code of ours. */
  readonly sharpAlone: boolean
}

/** A mutant after which something was not as it should be. */
export interface PictureFault {
  readonly mutant: Mutant
  readonly why: string
}

/** The most of something, and the mutant that took it. */
export interface Most {
  readonly amount: number
  readonly mutant: Mutant | undefined
}

export interface PictureCampaignResult {
  readonly count: number
  readonly seconds: number
  /** By format, how many mutants came to what: `classified`, a code, `crash`, `hang`. */
  readonly outcomes: ReadonlyMap<Format, ReadonlyMap<string, number>>
  readonly incidents: readonly PictureIncident[]
  readonly faults: readonly PictureFault[]
  readonly slowestMs: Most
  /** The most that the process came to while it was at one mutant. */
  readonly peakMegabytes: Most
  /** The resident set at rest, after each twentieth of the mutants. */
  readonly restingMegabytes: readonly number[]
  /** Open files before the first mutant and after the last. */
  readonly openFiles: readonly [before: number, after: number]
  /** The addon's objects once everything was disposed. */
  readonly liveObjects: Readonly<Record<string, number>>
}

/** Runs a campaign; the same options give the same mutants. */
export async function runPictureCampaign(options: PictureCampaignOptions): Promise<PictureCampaignResult> {
  const begun = performance.now()
  const directory = await mkdtemp(join(tmpdir(), 'edge-pictures-'))
  const campaign = new Campaign(options, directory)
  try {
    const rest = await campaign.run()
    return { ...rest, seconds: (performance.now() - begun) / 1000 }
  } finally {
    await campaign.stop()
    await rm(directory, { recursive: true })
  }
}

/** @returns the answer of a child that is still there. */
function answered(reply: Reply, to: string): Readonly<Record<string, string>> {
  if (reply.kind === 'answer' && reply.answer.bug === undefined) return reply.answer
  throw new Error(`${to}: ${reply.kind === 'answer' ? reply.answer.bug : JSON.stringify(reply)}`)
}

class Campaign {
  readonly #options: PictureCampaignOptions
  readonly #directory: string
  readonly #mutator: PictureMutator
  readonly #model = writeTflite(classifier(false)).slice()
  readonly #limits: ChildLimits
  readonly #child: Child
  readonly #outcomes = new Map<Format, Map<string, number>>()
  readonly #incidents: PictureIncident[] = []
  readonly #faults: PictureFault[] = []
  /** What the good pictures come to, by their paths. */
  readonly #digests = new Map<string, string>()
  #slowestMs: Most = { amount: 0, mutant: undefined }
  #peakMegabytes: Most = { amount: 0, mutant: undefined }

  constructor(options: PictureCampaignOptions, directory: string) {
    this.#options = options
    this.#directory = directory
    this.#mutator = new PictureMutator(options.seeds, options.seed)
    this.#limits = options.fill === true ? LIMITS : UNFILLED
    this.#child = new Child('classifies', this.#limits)
  }

  async run(): Promise<Omit<PictureCampaignResult, 'seconds'>> {
    const { seeds, count, onProgress } = this.#options
    await this.#ask('begin', this.#model)
    for (const { name, format, bytes } of seeds) {
      const path = join(this.#directory, `${name.replaceAll(/\W+/g, '-')}.${format}`)
      await writeFile(path, bytes)
      this.#digests.set(path, (await this.#ask('digest', path)).digest ?? '')
    }
    const before = await this.#ask('state')
    const resting: number[] = []
    for (let id = 0; id < count; id += 1) {
      const mutant = this.#mutator.mutant(id)
      this.#note(mutant, await this.#judge(mutant))
      if (id % BETWEEN_GOOD_ONES === 0) await this.#checkGood(id / BETWEEN_GOOD_ONES, mutant)
      if ((id + 1) % Math.ceil(count / SAMPLES) === 0) {
        resting.push(Number((await this.#ask('state')).residentBytes) / 2 ** 20)
        onProgress?.(id + 1)
      }
    }
    const last = this.#mutator.mutant(count - 1)
    for (let index = 0; index < seeds.length; index += 1) await this.#checkGood(index, last)
    const after = await this.#ask('state')
    const { done, ...live } = await this.#ask('end')
    if (done !== 'true')
      this.#faults.push({ mutant: last, why: 'classifyMany did not end with its pictures' })
    return {
      count,
      outcomes: this.#outcomes,
      incidents: this.#incidents,
      faults: this.#faults,
      slowestMs: this.#slowestMs,
      peakMegabytes: this.#peakMegabytes,
      restingMegabytes: resting,
      openFiles: [Number(before.files), Number(after.files)],
      liveObjects: Object.fromEntries(Object.entries(live).map(([name, value]) => [name, Number(value)])),
    }
  }

  stop(): Promise<void> {
    return this.#child.stop()
  }

  async #ask(task: string, value?: unknown): Promise<Readonly<Record<string, string>>> {
    return answered(await this.#child.ask({ task, value }), task)
  }

  #note({ format }: Mutant, outcome: string): void {
    const ofFormat = this.#outcomes.get(format) ?? new Map<string, number>()
    this.#outcomes.set(format, ofFormat.set(outcome, (ofFormat.get(outcome) ?? 0) + 1))
  }

  /** @returns what came of a mutant, in a word. */
  async #judge(mutant: Mutant): Promise<string> {
    const path = join(this.#directory, `${mutant.id}.${mutant.format}`)
    await writeFile(path, mutant.bytes)
    try {
      let reply = await this.#child.ask({ task: 'one', value: path })
      if (reply.kind === 'hung') {
        // A machine that does something else for ten seconds is no fault of the picture's.
        await this.#ask('begin', this.#model)
        reply = await this.#child.ask({ task: 'one', value: path })
      }
      if (reply.kind !== 'answer') {
        this.#incidents.push(await this.#incident(mutant, path, reply))
        await this.#ask('begin', this.#model)
        return reply.kind === 'died' ? 'crash' : 'hang'
      }
      const { bug, outcome = 'fault', peakKilobytes } = reply.answer
      if (bug !== undefined) this.#faults.push({ mutant, why: bug })
      const megabytes = Number(peakKilobytes) / 1024
      if (reply.milliseconds > this.#slowestMs.amount)
        this.#slowestMs = { amount: reply.milliseconds, mutant }
      if (megabytes > this.#peakMegabytes.amount) this.#peakMegabytes = { amount: megabytes, mutant }
      return outcome
    } finally {
      await rm(path)
    }
  }

  /** A good picture is what it was, whatever was decoded since. */
  async #checkGood(index: number, mutant: Mutant): Promise<void> {
    const [path, digest] = [...this.#digests][index % this.#digests.size] ?? ['', '']
    const now = await this.#ask('digest', path)
    if (now.digest !== digest) this.#faults.push({ mutant, why: `${path} has come to other values since` })
  }

  /** Tries once more: memory that one mutant spoils may bring down the process at the next one. */
  async #incident(
    mutant: Mutant,
    path: string,
    first: Exclude<Reply, { kind: 'answer' }>,
  ): Promise<PictureIncident> {
    const [fresh, sharp] = [new Child('classifies', this.#limits), new Child('decodes-alone', this.#limits)]
    try {
      await fresh.ask({ task: 'begin', value: this.#model })
      const second = await fresh.ask({ task: 'one', value: path })
      const alone = await sharp.ask({ path })
      return {
        mutant,
        kind: first.kind === 'died' ? 'crash' : 'hang',
        phase: first.phase,
        how: first.kind === 'died' ? first.how : 'no end',
        said: first.kind === 'died' ? first.said : '',
        alone: second.kind === first.kind,
        sharpAlone: alone.kind === first.kind,
      }
    } finally {
      await Promise.all([fresh.stop(), sharp.stop()])
    }
  }
}
