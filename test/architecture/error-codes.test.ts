import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAddon } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { root } from './source-packages.js'

const list: unknown = JSON.parse(readFileSync(join(root, 'packages/errors/codes.json'), 'utf8'))
const codes = Object.keys(typeof list === 'object' && list !== null ? list : {})

function usedIn(folder: string, files: RegExp, use: RegExp): Map<string, string> {
  const used = new Map<string, string>()
  for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!files.test(file)) continue
    for (const match of readFileSync(join(root, folder, file), 'utf8').matchAll(use)) {
      used.set(match[1] ?? '', `${folder}/${file}`)
    }
  }
  return used
}

describe('the one list of error codes', () => {
  it('is what the addon was built with', () => {
    expect([...loadAddon().errorCodes].sort()).toEqual([...codes].sort())
  })

  it('has every code that C++ throws', () => {
    const used = usedIn('native/src', /\.(cc|h)$/, /\bErrorCode::([A-Z][A-Z0-9_]+)\b/g)
    expect(used.size).toBeGreaterThan(5)
    expect([...used].filter(([code]) => !codes.includes(code))).toEqual([])
  })

  it('has every code that TypeScript throws', () => {
    const used = new Map(
      ['native/lib', 'packages'].flatMap((folder) => [
        ...usedIn(folder, /^(?!.*(node_modules|dist)\/).*\.ts$/, /new EdgeError\(\s*'([A-Z0-9_]+)'/g),
      ]),
    )
    expect(used.size).toBeGreaterThan(5)
    expect([...used].filter(([code]) => !codes.includes(code))).toEqual([])
  })
})
