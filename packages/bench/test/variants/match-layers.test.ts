import { describe, expect, it } from 'vitest'
import type { Layer } from '../../src/variants/layers.js'
import { matchLayers } from '../../src/variants/match-layers.js'

/** "conv 8 stem,stem/relu" for a layer's kind, shape and names; a shape of - is none that is known. */
function layers(...lines: string[]): {
  readonly all: readonly Layer[]
  readonly shapeOf: (layer: Layer) => string | undefined
} {
  const shapes = new Map<Layer, string>()
  const all = lines.map((line): Layer => {
    const [kind = '', shape = '', list = ''] = line.split(' ')
    const names = list.split(',').filter(Boolean)
    const layer = { name: names.at(-1) ?? '', names, operator: kind, kind, tensor: line, inputs: [] }
    if (shape !== '-') shapes.set(layer, shape)
    return layer
  })
  return { all, shapeOf: (layer) => shapes.get(layer) }
}

function match(first: readonly string[], other: readonly string[]) {
  const [one, two] = [layers(...first), layers(...other)]
  const { pairs, onlyFirst, onlyOther } = matchLayers(one.all, two.all, {
    first: one.shapeOf,
    other: two.shapeOf,
  })
  return {
    pairs: pairs.map((pair) => `${pair.first}-${pair.other} ${pair.by}`),
    onlyFirst: onlyFirst.map(({ layer }) => layer),
    onlyOther: onlyOther.map(({ layer }) => layer),
    reasons: [...onlyFirst, ...onlyOther].map(({ reason }) => reason),
  }
}

describe('layers of two variants', () => {
  it('are matched by name, whatever their order, and the rest by what they are', () => {
    expect(
      match(['conv 8 a', 'conv 8 b', 'add 8 c', 'fc 10 out'], ['conv 8 b', 'conv 8 a', 'add 8 c', 'fc 10 x']),
    ).toEqual({
      pairs: ['0-1 name', '1-0 name', '2-2 name', '3-3 order'],
      onlyFirst: [],
      onlyOther: [],
      reasons: [],
    })
  })

  it('are matched by any of the names that a layer has', () => {
    expect(match(['conv 8 a,a/relu'], ['conv 8 a,a/relu,a/quantized']).pairs).toEqual(['0-0 name'])
  })

  it('are not the same because of a name alone', () => {
    // A bias of the one is called as the activation of the other.
    expect(match(['conv 8 a'], ['conv 16 a'])).toMatchObject({ pairs: [], onlyFirst: [0], onlyOther: [0] })
    // Two of a name are nobody's name.
    expect(match(['conv 8 a', 'conv 16 a'], ['conv 8 a', 'conv 16 a']).pairs).toEqual([
      '0-0 order',
      '1-1 order',
    ])
  })

  it('are matched in their order where names say nothing', () => {
    const first = ['conv 8 a', 'conv 8 b', 'pool 4 c', 'conv 4 d']
    expect(match(first, ['conv 8 1', 'conv 8 2', 'pool 4 3', 'conv 4 4']).pairs).toEqual([
      '0-0 order',
      '1-1 order',
      '2-2 order',
      '3-3 order',
    ])
  })

  it('are not matched where it cannot be told which is missing', () => {
    const found = match(['conv 8 a', 'conv 8 b', 'fc 10 c'], ['conv 8 1', 'fc 10 2'])
    expect(found).toMatchObject({ pairs: ['2-1 order'], onlyFirst: [0, 1], onlyOther: [0] })
    expect(found.reasons).toEqual([
      'here are 2 of its kind and shape, there 1: which belong together cannot be told',
      'here are 2 of its kind and shape, there 1: which belong together cannot be told',
      'here are 1 of its kind and shape, there 2: which belong together cannot be told',
    ])
  })

  it('are only looked for between the same two that are known by name', () => {
    const first = ['conv 8 x1', 'add 8 known', 'conv 8 x2']
    expect(match(first, ['add 8 known', 'conv 8 y1', 'conv 8 y2'])).toMatchObject({
      pairs: ['1-0 name'],
      onlyFirst: [0, 2],
      onlyOther: [1, 2],
    })
    expect(match(first, ['conv 8 y1', 'add 8 known', 'conv 8 y2']).pairs).toEqual([
      '0-0 order',
      '1-1 name',
      '2-2 order',
    ])
  })

  it('without a known shape are compared with none', () => {
    expect(match(['argmax - a'], ['argmax - a'])).toMatchObject({ pairs: [], onlyFirst: [0], onlyOther: [0] })
  })
})
