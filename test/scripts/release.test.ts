import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageVersions, versionFaults } from '../../scripts/release/check-versions.js'
import { packageFolders, root } from '../architecture/source-packages.js'

const text = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

describe('every published package', () => {
  it.each(packageFolders())('%s is public, and says what it is', (folder) => {
    expect(JSON.parse(text(folder, 'package.json'))).toMatchObject({
      publishConfig: { access: 'public' },
      description: expect.any(String),
    })
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true)
  })

  it('can be installed anywhere, unless it is of one platform', () => {
    const bound = packageFolders().filter((folder) => 'os' in JSON.parse(text(folder, 'package.json')))
    expect(bound).toEqual(packageFolders().filter((folder) => folder.startsWith('packages/platforms/')))
  })
})

describe('the versions of a release', () => {
  it('are those of all packages', () => {
    expect([...packageVersions().keys()].sort()).toEqual(
      packageFolders()
        .map((folder) => `${folder}/package.json`)
        .sort(),
    )
    expect(versionFaults(packageVersions(), undefined)).toEqual([])
  })

  it.each([
    ['v1.0.0', []],
    ['v1.0.0-rc.1', ['a has version 1.0.0, not 1.0.0-rc.1']],
    ['v1.0.1', ['a has version 1.0.0, not 1.0.1']],
    ['main', ['the tag "main" is not v and a version']],
  ])('have to be that of the tag %s', (tag, faults) => {
    expect(versionFaults(new Map([['a', '1.0.0']]), tag)).toEqual(faults)
  })

  it('have to agree without a tag, too', () => {
    const versions = new Map([
      ['a', '1.0.0'],
      ['b', '1.0.1'],
    ])
    expect(versionFaults(versions, undefined)).toEqual(['b has version 1.0.1, not 1.0.0'])
  })
})

describe('the workflows', () => {
  const folder = '.github/workflows'
  const workflows = readdirSync(join(root, folder))
  const { packageManager } = JSON.parse(text('package.json'))

  it.each(workflows)('%s runs one version of pnpm, and actions by their commits', (name) => {
    const content = text(folder, name)
    expect(new Set(content.match(/pnpm@[\d.]+/g))).toEqual(new Set([packageManager]))
    const actions = [...content.matchAll(/uses: (?!\.\/)(.+)/g)].map((match) => match[1])
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('check what they pack before they pack it', () => {
    const release = text(folder, 'release.yml')
    const places = ['scripts/prebuilds/check.ts', 'scripts/release/check-versions.ts', ' pack '].map((step) =>
      release.indexOf(step),
    )
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
  })
})
