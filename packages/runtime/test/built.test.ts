import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { doubleModel, doublePath } from './double.js'

// What the bundler makes of the sources: build first.
const built = new URL('../dist/index.js', import.meta.url)

it('classes have their own names, printed and in stacks', async () => {
  const { Session }: typeof import('../src/index.js') = await import(built.href)
  const session = await Session.open(doubleModel('in=data:float32:1x2 out=scores:float32:1x2 fail=invoke'), {
    libraryPath: doublePath,
    validate: false,
  })
  try {
    expect(inspect(session)).toMatch(/^Session \{/)
    let text = ''
    try {
      session.runSync()
    } catch (error) {
      text = inspect(error)
    }
    expect(text).toMatch(/^EdgeError: /)
    expect(text).toContain('at Session.runSync')
    expect(text).not.toMatch(/\b_[A-Z]/)
  } finally {
    await session.dispose()
  }
})

it('declarations ask for the types of Node.js', () => {
  for (const file of ['../dist/index.d.ts', '../../errors/dist/index.d.ts']) {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toMatch(
      /^\/\/\/ <reference types="node" \/>\n/,
    )
  }
})
