/** Sends mutants through our own code, and what it lets pass through the vendor's library, and writes down what came of each. */
import { Child, type ChildLimits, type Reply } from './child.js'
import { libraryAlone, type Verdict } from './library-alone.js'
import { type Mutant, Mutator, type Seed } from './mutants.js'

/** No model of 10 KB may take our own code longer. */
export const MOST_MS = 2000
/** Nor may the process that takes it apart, Node.js included, become larger. */
export const MOST_MEGABYTES = 512

const APART: ChildLimits = {
  timeoutMs: MOST_MS,
  addressSpaceMb: 4096,
  nodeOptions: [`--max-old-space-size=${MOST_MEGABYTES}`],
}
// Twice our own time: two variants are run. Tensors as large as validation allows fit into the address space.
const RUN: ChildLimits = { timeoutMs: 2 * MOST_MS, addressSpaceMb: 8192 }

export interface CampaignOptions {
  readonly seeds: readonly Seed[]
  readonly seed: number
  readonly count: number
  /** How many mutants are under way at a time. */
  readonly lanes: number
  /** Whether only valid mutants reach the vendor's library, as with `Session.open`'s default. */
  readonly validate: boolean
  readonly onProgress?: (done: number) => void
}

/** A mutant that ended, or held up, the process that ran it. */
export interface Incident {
  readonly mutant: Mutant
  readonly kind: 'crash' | 'hang'
  /** What the process was at: `open by XNNPACK`. */
  readonly phase: string
  /** The signal, or the exit code. */
  readonly how: string
  /** The end of what the process wrote to stderr. */
  readonly said: string
  /** Whether it does the same in a process that has run nothing else before. */
  readonly alone: boolean
  /** Whether the library does the same without the addon, and in which of its functions. */
  readonly library: Verdict
}

/** A mutant that showed a fault of our own code. */
export interface Fault {
  readonly mutant: Mutant
  readonly why: string
}

export interface CampaignResult {
  readonly count: number
  readonly seconds: number
  /** Mutants by outcome: `refused: MODEL_INVALID`, `ran`, `vendor refused: …`, `vendor crash`, `vendor hang`. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly incidents: readonly Incident[]
  readonly faults: readonly Fault[]
  /** The slowest mutant in our own code, and the largest its process became. */
  readonly slowestMs: number
  readonly peakMegabytes: number
}

/** Runs a campaign; the same options give the same mutants. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const begun = performance.now()
  const campaign = new Campaign(options)
  await Promise.all(Array.from({ length: options.lanes }, () => campaign.lane()))
  return campaign.result((performance.now() - begun) / 1000)
}

class Campaign {
  readonly #options: CampaignOptions
  readonly #mutator: Mutator
  readonly #outcomes = new Map<string, number>()
  readonly #incidents: Incident[] = []
  readonly #faults: Fault[] = []
  #next = 0
  #slowestMs = 0
  #peakMegabytes = 0

  constructor(options: CampaignOptions) {
    this.#options = options
    this.#mutator = new Mutator(options.seeds, options.seed)
  }

  /** Takes one mutant after the other, with children of its own. */
  async lane(): Promise<void> {
    const apart = new Child('takes-apart', APART)
    const runs = new Child('runs', RUN)
    try {
      while (this.#next < this.#options.count) {
        const mutant = this.#mutator.mutant(this.#next)
        this.#next += 1
        const outcome = await this.#judge(mutant, apart, runs)
        this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1)
        if (this.#next % 1000 === 0) this.#options.onProgress?.(this.#next)
      }
    } finally {
      await Promise.all([apart.stop(), runs.stop()])
    }
  }

  result(seconds: number): CampaignResult {
    return {
      count: this.#options.count,
      seconds,
      outcomes: this.#outcomes,
      incidents: this.#incidents,
      faults: this.#faults,
      slowestMs: this.#slowestMs,
      peakMegabytes: this.#peakMegabytes,
    }
  }

  async #judge(mutant: Mutant, apart: Child, runs: Child): Promise<string> {
    const code = await this.#takeApart(mutant, apart)
    if (code !== 'passed' && this.#options.validate) return `refused: ${code}`
    return await this.#run(mutant, runs)
  }

  /** @returns the code with which validation refuses the mutant, or `passed`. */
  async #takeApart(mutant: Mutant, child: Child): Promise<string> {
    let reply = await child.ask({ bytes: mutant.bytes })
    // A machine that does something else for two seconds is no fault of the model's.
    if (reply.kind === 'hung') reply = await child.ask({ bytes: mutant.bytes })
    if (reply.kind !== 'answer') {
      this.#faults.push({ mutant, why: `${reply.kind} in ${reply.phase}` })
      return 'our fault'
    }
    const { bug, validate = 'nothing', peakKilobytes } = reply.answer
    const megabytes = Number(peakKilobytes) / 1024
    this.#slowestMs = Math.max(this.#slowestMs, reply.milliseconds)
    this.#peakMegabytes = Math.max(this.#peakMegabytes, megabytes)
    if (megabytes > MOST_MEGABYTES) {
      this.#faults.push({ mutant, why: `the process grew to ${megabytes.toFixed()} MB` })
      // It never gets smaller: what comes after would be blamed as well.
      await child.stop()
    }
    if (bug === undefined) return validate
    this.#faults.push({ mutant, why: bug })
    return 'our fault'
  }

  async #run(mutant: Mutant, child: Child): Promise<string> {
    const message = {
      bytes: mutant.bytes,
      variants: [true, false],
      options: { validate: this.#options.validate },
    }
    const reply = await child.ask(message)
    if (reply.kind === 'answer') {
      const { XNNPACK = '', kernels = '', bug } = reply.answer
      if (bug !== undefined) {
        this.#faults.push({ mutant, why: bug })
        return 'our fault'
      }
      if (XNNPACK === kernels) return kernels === 'ran' ? 'ran' : `vendor refused: ${kernels}`
      return `XNNPACK: ${XNNPACK}, kernels: ${kernels}`
    }
    this.#incidents.push(await this.#incident(mutant, reply, message))
    return reply.kind === 'died' ? 'vendor crash' : 'vendor hang'
  }

  /** Tries once more alone: memory that one mutant spoils may bring down the process at the next one. */
  async #incident(
    mutant: Mutant,
    first: Exclude<Reply, { kind: 'answer' }>,
    message: object,
  ): Promise<Incident> {
    const fresh = new Child('runs', RUN)
    try {
      const second = await fresh.ask(message)
      const alone = second.kind === first.kind
      const { phase, ...rest } = second.kind === 'answer' ? first : second
      return {
        mutant,
        kind: first.kind === 'died' ? 'crash' : 'hang',
        phase,
        how: 'how' in rest ? rest.how : 'no end',
        said: 'said' in rest ? rest.said : '',
        alone,
        library: await libraryAlone(mutant.bytes, usesXnnpack(phase)),
      }
    } finally {
      await fresh.stop()
    }
  }
}

/** Whether a phase that `children/runs.mjs` names is one with the delegate. */
export function usesXnnpack(phase: string): boolean {
  return phase.endsWith('XNNPACK')
}
