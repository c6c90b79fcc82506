import { describe, expect, it } from 'vitest'
import type { RunProgress } from '../../src/runner/run-cases.js'
import { fakeRun, modelOf, resultOf } from './fake-runs.js'

const MODEL = { rounds: 1, minRuns: 2 }

describe('a model of which something is built first', () => {
  it('tells how far that is, and is measured by another process', async () => {
    const { benchmark, log } = fakeRun({ fakes: { a: { does: 'build', buildMs: 60 } }, measure: MODEL })
    const told: RunProgress[] = []
    const result = await resultOf({ ...benchmark, onProgress: (progress) => told.push(progress) })
    const model = modelOf(result, 'a')
    expect(model.error).toBeUndefined()
    expect(model).toMatchObject({ loadMs: 5 })
    expect(log.pids(['a'])).toHaveLength(2)
    expect(log.runRequests('a').length).toBeGreaterThan(0)
    const building = told.filter(({ phase }) => phase === 'building')
    expect(building.map(({ building: now }) => now?.fraction)).toEqual([0.25, 0.75])
  })

  it('is loaded a second time and not a third, where it is built each time', async () => {
    const { benchmark, log } = fakeRun({ fakes: { a: { does: 'build-always' } }, measure: MODEL })
    const result = await resultOf(benchmark)
    expect(modelOf(result, 'a').error).toBeUndefined()
    expect(log.lines('a').filter(({ ask }) => ask === 'load')).toHaveLength(2)
  })

  it('is cooled down after, in sequence, and its neighbours are not', async () => {
    const { benchmark } = fakeRun({
      fakes: { a: { does: 'build' }, b: {} },
      measure: { ...MODEL, order: 'sequence', coolDown: { toleranceC: 2, maxSeconds: 1 } },
    })
    const phases: string[] = []
    await resultOf({ ...benchmark, onProgress: ({ phase, id }) => phases.push(`${id.slice(0, 1)} ${phase}`) })
    expect(phases.filter((phase) => !/building|classifying/.test(phase))).toEqual([
      'a opening',
      // Again, without a word of building.
      'a opening',
      'a cooling',
      'a measuring',
      'b cooling',
      'b opening',
      'b measuring',
    ])
  })
})
