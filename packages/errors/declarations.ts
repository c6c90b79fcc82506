/**
 * The end of `pnpm build`: mends dist/index.d.ts, where tsup writes the imported codes.json as variables with values. A
 * declaration file has none, and TypeScript refuses it in a project that checks its libraries.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import codes from './codes.json' with { type: 'json' }

const path = new URL('dist/index.d.ts', import.meta.url)
const text = readFileSync(path, 'utf8')
const values = /^var \w+ = ".*";$\n/gm
const object = /^var codes = \{[^}]*\};$/m
if (!object.test(text)) throw new Error('dist/index.d.ts has no longer the form that this script mends')

const members = Object.keys(codes).map((code) => `    readonly ${code}: string;`)
const declaration = ['declare const codes: {', ...members, '};'].join('\n')
writeFileSync(path, text.replace(values, '').replace(object, declaration))
