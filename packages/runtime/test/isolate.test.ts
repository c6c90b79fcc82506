import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Session } from '../src/index.js'
import { doubleModel, doublePath } from './double.js'

// The trial runs in dist/trial.js: build first.
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-isolate-'))
})

afterAll(() => rm(directory, { recursive: true }))

const twoFloats = 'in=data:float32:1x2 out=scores:float32:1x2'

async function asPath(fields: string): Promise<string> {
  const path = join(directory, `${fields.replace(/\W/g, '_')}.tflite`)
  await writeFile(path, doubleModel(fields))
  return path
}

describe('open({ isolate: true })', () => {
  it('opens a good model, from a path and from bytes', async () => {
    for (const model of [await asPath(twoFloats), doubleModel(twoFloats)]) {
      const session = await Session.open(model, { libraryPath: doublePath, validate: false, isolate: true })
      await session.run()
      await session.dispose()
    }
  })

  it('survives a model that crashes the runtime', async () => {
    for (const model of [await asPath(`${twoFloats} fail=crash`), doubleModel(`${twoFloats} fail=crash`)]) {
      await expect(
        Session.open(model, { libraryPath: doublePath, validate: false, isolate: true }),
      ).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        found: 'SIGABRT in the trial process',
      })
    }
  })

  it('survives a model that hangs the runtime', async () => {
    const model = doubleModel(`${twoFloats} delay=100000`)
    const options = { libraryPath: doublePath, validate: false, isolate: { timeoutMs: 1500 } }
    await expect(Session.open(model, options)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      found: 'no end after 1.5 s',
    })
  })

  it('passes on why a model cannot be opened, or run', async () => {
    const options = { libraryPath: doublePath, validate: false, isolate: true }
    await expect(Session.open(doubleModel(`${twoFloats} fail=interpreter`), options)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      found: 'the double fails at interpreter',
    })
    await expect(Session.open(doubleModel(`${twoFloats} fail=invoke`), options)).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      found: 'the double fails at invoke',
    })
  })
})
