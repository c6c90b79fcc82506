import { describe, expect, it } from 'vitest'
import { engineKey, explainMiss, RECIPE } from '../../src/tensorrt/engine-facts.js'
import { engineFacts } from '../../src/tensorrt/engine-source.js'

const orin = {
  ordinal: 0,
  name: 'Orin',
  uuid: 'GPU-0',
  memoryBytes: 2 ** 33,
  computeCapability: '8.7',
  integrated: true,
  multiprocessors: 16,
}

function factsOn(gpu: Partial<typeof orin> = {}) {
  const libraries = { tensorrt: [], cuda: [] }
  const facts = engineFacts('cafe', { libraries, gpu: { ...orin, ...gpu }, tensorrt: '10.3.0.30' }, {})
  if (facts === undefined) throw new Error('they have no name')
  return facts
}

describe('the facts that an engine follows from', () => {
  it('tell modules of one name apart', () => {
    const small = factsOn({ multiprocessors: 8 })
    expect(engineKey(small)).not.toBe(engineKey(factsOn()))
    expect(explainMiss([small], factsOn())).toContain('multiprocessors was 8 and is 16')
  })

  it('tell what versions of this package build in other ways', () => {
    const before = { ...factsOn(), recipe: '0' }
    expect(factsOn()).toMatchObject({ recipe: RECIPE })
    expect(explainMiss([before], factsOn())).toContain(`recipe was 0 and is ${RECIPE}`)
  })

  it('are the same for what they do not follow from', () => {
    expect(engineKey(factsOn({ ordinal: 1, memoryBytes: 2 ** 34 }))).toBe(engineKey(factsOn()))
  })
})
