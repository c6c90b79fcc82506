import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { loadAddon } from '@edge/native'
import { afterEach, describe, expect, it } from 'vitest'

const require = createRequire(createRequire(import.meta.url).resolve('@edge/native'))
const finder = require.resolve('node-gyp-build')
const find: unknown = require(finder)
const root = dirname(require.resolve('@edge/native/package.json'))
const real: object = typeof find === 'function' ? find(root) : {}
const functions = Object.entries(real).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

/** What the package finds in place of its addon. */
function findInstead(addon: unknown): void {
  const module = require.cache[finder]
  if (module !== undefined) module.exports = () => addon
}

describe('an addon that was found', () => {
  afterEach(() => {
    const module = require.cache[finder]
    if (module !== undefined) module.exports = find
  })

  // As an older one would: not at its first call, minutes into a program.
  it.each(functions)('without %s is refused', (name) => {
    findInstead({ ...real, [name]: undefined })
    expect(loadAddon).toThrow(
      expect.objectContaining({ code: 'ADDON_NOT_FOUND', found: `an addon without ${name}` }),
    )
  })

  it.each([
    ['without a version', { ...real, version: undefined }, 'an addon without its version'],
    ['of another version', { ...real, version: '0.0.0' }, '0.0.0'],
    ['that is nothing', null, expect.stringContaining('describeTensorRt')],
  ])('%s is refused', (_name, addon, found) => {
    findInstead(addon)
    expect(loadAddon).toThrow(expect.objectContaining({ code: 'ADDON_NOT_FOUND', found }))
  })

  it('is loaded as it is', () => {
    expect(functions).toContain('openTensorRtSession')
    findInstead(real)
    expect(loadAddon()).toBe(real)
  })
})
