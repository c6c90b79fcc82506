import { describe, expect, it } from 'vitest'
import { type SourcePackage, sourcePackages } from './source-packages.js'

/** From the bottom up: a package may import what is on a lower line, and nothing beside it. */
const levels: readonly (readonly string[])[] = [
  ['errors'],
  ['native', 'model'],
  ['runtime', 'image'],
  ['classify'],
  ['bench'],
  ['optimize'],
  ['train'],
  ['trt'],
]

/** Files and no code: they may be depended on by those who open the files. */
const carriers: Readonly<Record<string, readonly string[]>> = {
  'tflite-linux-x64': ['runtime'],
  'tflite-linux-arm64': ['runtime'],
  'model-efficientnet-lite0': ['trt'],
}

const levelOf = (name: string): number => levels.findIndex((names) => names.includes(name))

function mayImport(from: string, to: string): boolean {
  const carrier = carriers[to]
  if (carrier !== undefined) return carrier.includes(from)
  return levelOf(to) >= 0 && levelOf(to) < levelOf(from)
}

const packages = sourcePackages()
const edges = packages.flatMap((from) =>
  from.imports.filter((to) => to.package !== undefined).map((to) => ({ from, to })),
)

describe('the arrows between packages', () => {
  it('are looked for in every package, and there are some', () => {
    const unplaced = packages
      .map(({ name }) => name)
      .filter((name) => levelOf(name) < 0 && !(name in carriers))
    expect(unplaced, 'packages without a place in this test').toEqual([])
    expect(edges.length).toBeGreaterThan(20)
  })

  it('point down in every import', () => {
    const wrong = edges
      .filter(({ from, to }) => to.package !== from.name && !mayImport(from.name, to.package ?? ''))
      .map(({ from, to }) => `${from.name}: ${to.file} imports ${to.specifier}`)
    expect(wrong).toEqual([])
  })

  it('point down in every package.json', () => {
    const wrong = packages.flatMap((from) =>
      from.dependencies
        .filter((to) => !mayImport(from.name, to))
        .map((to) => `${from.name} depends on ${to}`),
    )
    expect(wrong).toEqual([])
  })

  it.each(packages.map((one): [string, SourcePackage] => [one.name, one]))(
    '%s declares what it imports, and imports nothing of its neighbours by path',
    (_, one) => {
      expect(one.imports.filter((to) => to.leavesPackage).map((to) => `${to.file}: ${to.specifier}`)).toEqual(
        [],
      )
      const undeclared = one.imports
        .filter((to) => to.external !== undefined && !one.declared.includes(to.external))
        .map((to) => `${to.file}: ${to.specifier}`)
      expect(undeclared).toEqual([])
    },
  )
})
