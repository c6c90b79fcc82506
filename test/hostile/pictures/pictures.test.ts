/**
 * Mutants of pictures: each gives a result or is refused by name, in time and memory, and leaves nothing behind. 2,000 of them in the fast
 * tier, 8,000 others in the full one.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { MOST_MEGABYTES, MOST_MS, type PictureCampaignResult, runPictureCampaign } from './campaign-run.js'
import { PictureMutator } from './mutants.js'
import { describePictures } from './report.js'
import { FORMATS, loadSeeds, type Seed } from './seeds.js'
import { layoutOf } from './structure-changes.js'

const isFull = process.env.EDGE_TEST_TIER === 'full'
const [SEED, COUNT] = isFull ? [2, 8000] : [1, 2000]
/** Of all mutants, the part that may end libvips or what it decodes with, by their own fault. */
const MOST_CRASHES = 0.0005
/** How much larger the process may be at rest at the end than after half of the mutants. */
const MOST_GROWTH_MEGABYTES = 16

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

let seeds: readonly Seed[]

beforeAll(async () => {
  seeds = await loadSeeds()
})

describe('the pictures that mutants are made of', () => {
  it('are small, several of each format, and understood by parts and fields', () => {
    for (const format of FORMATS) {
      const ofFormat = seeds.filter((seed) => seed.format === format)
      expect(ofFormat.length).toBeGreaterThanOrEqual(4)
      for (const { bytes } of ofFormat) {
        expect(bytes.length).toBeLessThan(32 * 1024)
        const { parts, fields } = layoutOf(format, bytes)
        expect(parts.length).toBeGreaterThan(0)
        expect(fields.length).toBeGreaterThan(5)
        for (const { at, bytes: size } of fields) expect(at + size).toBeLessThanOrEqual(bytes.length)
      }
    }
  })

  it('give the same mutants in every run', () => {
    const [one, other] = [new PictureMutator(seeds, SEED), new PictureMutator(seeds, SEED)]
    for (let id = 0; id < 60; id += 1) expect(one.mutant(id)).toEqual(other.mutant(id))
    expect(new PictureMutator(seeds, SEED + 1).mutant(0)).not.toEqual(one.mutant(0))
  })
})

describe(`${COUNT} mutants of pictures, seed ${SEED}`, () => {
  let result: PictureCampaignResult

  beforeAll(async () => {
    result = await runPictureCampaign({ seeds, seed: SEED, count: COUNT })
    console.log(describePictures(result))
  }, 900_000)

  it('are classified or refused, each by its name, and the rest goes on', () => {
    expect(result.faults).toEqual([])
    for (const format of FORMATS) {
      const outcomes = result.outcomes.get(format) ?? new Map<string, number>()
      const of = (name: string) => outcomes.get(name) ?? 0
      // Neither all of them nor none: the changes would be too coarse, or too fine.
      expect(of('classified'), format).toBeGreaterThan(COUNT / FORMATS.length / 20)
      expect(of('IMAGE_INVALID'), format).toBeGreaterThan(COUNT / FORMATS.length / 3)
    }
  })

  it(`end the process in less than ${100 * MOST_CRASHES} % of cases, and by the fault of sharp alone`, () => {
    expect(result.incidents.filter(({ sharpAlone }) => !sharpAlone)).toEqual([])
    expect(result.incidents.length).toBeLessThanOrEqual(MOST_CRASHES * COUNT)
  })

  it(`take less than ${MOST_MS} ms each, and ${MOST_MEGABYTES} MB`, () => {
    expect(result.slowestMs.amount).toBeLessThan(MOST_MS)
    expect(result.peakMegabytes.amount).toBeLessThan(MOST_MEGABYTES)
  })

  it('leave nothing behind: no memory, no open file, no object of the addon', () => {
    const sizes = result.restingMegabytes
    const quarter = Math.floor(sizes.length / 4)
    expect(sizes.length).toBeGreaterThanOrEqual(16)
    expect(mean(sizes.slice(-quarter)) - mean(sizes.slice(quarter, 2 * quarter))).toBeLessThan(
      MOST_GROWTH_MEGABYTES,
    )
    const [before, after] = result.openFiles
    expect(after).toBe(before)
    expect(Object.keys(result.liveObjects).length).toBeGreaterThan(4)
    expect(Object.entries(result.liveObjects).filter(([, count]) => count !== 0)).toEqual([])
  })
})
