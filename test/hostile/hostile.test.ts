/**
 * Mutants of small models: our own code refuses or passes each in time and memory, and what it passes hardly ever ends TensorFlow Lite's
 * library. 1,000 of them in the fast tier, 20,000 in the full one.
 */
import { validateTflite } from '@edge/model/tflite'
import { Session } from '@edge/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CampaignResult,
  type Incident,
  MOST_MEGABYTES,
  MOST_MS,
  runCampaign,
  usesXnnpack,
} from './campaign-run.js'
import { Child } from './child.js'
import { knownCrashes } from './known-crashes.js'
import { libraryAlone } from './library-alone.js'
import { Mutator } from './mutants.js'
import { describeCampaign } from './report.js'
import { writtenSeeds } from './seeds/written.js'
import { loadSeeds } from './seeds.js'

const isFull = process.env.EDGE_TEST_TIER === 'full'
const SEED = 1
const COUNT = isFull ? 20_000 : 1000
const UNVALIDATED = isFull ? 1000 : 250
/** Of all mutants, the part that may crash the library, and the part that may give it work for longer than it gets. */
const MOST_CRASHES = 0.0005
const MOST_HANGS = 0.001
const seeds = loadSeeds()

function campaign(count: number, validate: boolean): Promise<CampaignResult> {
  return runCampaign({ seeds, seed: SEED, count, lanes: isFull ? 2 : 1, validate })
}

const ofKind = ({ incidents }: CampaignResult, kind: Incident['kind']): readonly Incident[] =>
  incidents.filter((incident) => incident.kind === kind)

describe('the models that mutants are made of', () => {
  it('are many and small', () => {
    expect(seeds.length).toBeGreaterThan(40)
    for (const { bytes } of seeds) expect(bytes.length).toBeLessThanOrEqual(10 * 1024)
  })

  it.each(writtenSeeds())('$name is valid, and opened both ways', async ({ bytes }) => {
    validateTflite(bytes)
    for (const xnnpack of [true, false]) await (await Session.open(bytes, { xnnpack })).dispose()
  })

  it('give the same mutants in every run', () => {
    const [one, other] = [new Mutator(seeds, SEED), new Mutator(seeds, SEED)]
    for (let id = 0; id < 30; id += 1) expect(one.mutant(id)).toEqual(other.mutant(id))
    expect(new Mutator(seeds, SEED + 1).mutant(0)).not.toEqual(one.mutant(0))
  })
})

describe(`${COUNT} mutants, seed ${SEED}`, () => {
  let result: CampaignResult

  beforeAll(async () => {
    result = await campaign(COUNT, true)
    console.log(describeCampaign(result))
  }, 600_000)

  it('are refused with a code, or passed', () => {
    expect(result.faults).toEqual([])
    // Neither all of them nor none: the mutator would be too coarse, or too fine.
    expect(result.outcomes.get('ran')).toBeGreaterThan(COUNT / 10)
    expect(result.outcomes.get('refused: MODEL_INVALID')).toBeGreaterThan(COUNT / 3)
  })

  it(`take our own code less than ${MOST_MS} ms each, and ${MOST_MEGABYTES} MB`, () => {
    expect(result.slowestMs).toBeLessThan(MOST_MS)
    expect(result.peakMegabytes).toBeLessThan(MOST_MEGABYTES)
  })

  it(`crash the library in less than ${100 * MOST_CRASHES} % of cases once validated, and by its own fault`, () => {
    const crashes = ofKind(result, 'crash')
    expect(crashes.length).toBeLessThan(Math.max(1, MOST_CRASHES * COUNT))
    // What one process alone does not do again came of memory that a mutant before had spoiled.
    for (const { library, alone } of crashes) if (alone) expect(library.kind).not.toBe('not alone')
  })

  it('give it too much work just as rarely', () => {
    expect(ofKind(result, 'hang').length).toBeLessThan(Math.max(2, MOST_HANGS * COUNT))
  })
})

describe('what crashes the library', () => {
  let host: Child
  const isolated = (bytes: Uint8Array, xnnpack: boolean) =>
    host.ask({ bytes, options: { xnnpack, validate: false, isolate: { timeoutMs: 10_000 } } })

  beforeAll(() => {
    host = new Child('opens-isolated', { timeoutMs: 30_000, addressSpaceMb: 8192 })
  })

  afterAll(() => host.stop())

  it.each(knownCrashes())('is refused, and survived with `isolate`: $name', async ({ bytes }) => {
    expect(() => validateTflite(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }))
    const verdict = await libraryAlone(bytes, true)
    if (verdict.kind === 'not asked') console.log(`the library alone was not asked: ${verdict.why}`)
    else expect(verdict.kind).toBe('its own')
    expect(await isolated(bytes, true)).toMatchObject({
      kind: 'answer',
      answer: { code: 'MODEL_INVALID', found: expect.stringMatching(/^SIG\w+ in the trial process$/) },
    })
  })

  it(`is survived with \`isolate\`: of ${UNVALIDATED} mutants that nobody validated`, {
    timeout: 600_000,
  }, async () => {
    const result = await campaign(UNVALIDATED, false)
    console.log(describeCampaign(result))
    const crashes = ofKind(result, 'crash').filter(({ alone }) => alone)
    for (const { mutant, phase } of crashes) {
      const reply = await isolated(mutant.bytes, usesXnnpack(phase))
      // A trial runs on zeros: what ends the library on other values, or when it is freed, may pass it, or end in an error.
      const passes = phase.startsWith('open') ? [] : ['opened', 'INFERENCE_FAILED']
      const code = reply.kind === 'answer' ? reply.answer.code : reply.kind
      expect(['MODEL_INVALID', 'MODEL_UNSUPPORTED', ...passes], `${mutant.id} (${mutant.what})`).toContain(
        code,
      )
    }
  })
})
