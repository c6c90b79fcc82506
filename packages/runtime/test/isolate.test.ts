import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
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

async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}

/** The processes that a process started, and that are still there. */
function childrenOf(parent: number | undefined): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    // The name of the program, in parentheses, may hold anything; state and parent come behind it.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
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
      remedy: 'Do not use this model, or raise timeoutMs.',
    })
  })

  it('takes bytes as they were when it was called', async () => {
    const model = doubleModel(twoFloats)
    const opening = Session.open(model, { libraryPath: doublePath, validate: false, isolate: true })
    model.fill(0)
    await (await opening).dispose()
  })

  it('refuses a file that is another one after the trial', async () => {
    for (const change of [writeFile, replaceFile]) {
      const model = await asPath(`${twoFloats} delay=1500`)
      const opening = Session.open(model, { libraryPath: doublePath, validate: false, isolate: true })
      const refused = expect(opening).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        summary: expect.stringContaining('changed while it was tried'),
      })
      await sleep(300)
      await change(model, doubleModel(`${twoFloats} delay=1`))
      await refused
    }
  })

  it('says that it cannot start a process, before it looks at the model’s structure itself', async () => {
    const { execPath } = process
    process.execPath = '/nonexistent/node'
    try {
      await expect(Session.open(doubleModel(twoFloats), { isolate: true })).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        found: expect.stringContaining('ENOENT'),
      })
    } finally {
      process.execPath = execPath
    }
    // An argument that is too long is thrown, not emitted.
    const delegates = [{ path: '/d.so', options: { long: 'x'.repeat(300_000) } }]
    await expect(Session.open(doubleModel(twoFloats), { isolate: true, delegates })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      found: expect.stringContaining('E2BIG'),
    })
  })

  it.each([0.5, 2 ** 31, Number.POSITIVE_INFINITY, -1])('refuses a timeout of %d ms', async (timeoutMs) => {
    await expect(Session.open(doubleModel(twoFloats), { isolate: { timeoutMs } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      expected: 'a whole number from 1 to 2147483647',
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

  it.each(['at once', 'while the model hangs'])(
    'leaves no trial behind where its parent is killed %s',
    async (when) => {
      const model = await asPath(`${twoFloats} delay=100000`)
      const program = fileURLToPath(new URL('children/isolated-opening.mjs', import.meta.url))
      const parent = spawn(process.execPath, [program, model, doublePath], { stdio: 'ignore' })
      const trial = await vi.waitFor(() => childrenOf(parent.pid)[0] ?? expect.fail('no trial'), 10_000)
      try {
        if (when !== 'at once') {
          // The library is there: what follows is a run of 100 s.
          const maps = () => readFileSync(`/proc/${trial}/maps`, 'utf8')
          await vi.waitFor(() => expect(maps()).toContain(doublePath), 10_000)
        }
        parent.kill('SIGKILL')
        await once(parent, 'exit')
        await vi.waitFor(() => expect(parentOf(trial)).toBeUndefined(), 10_000)
      } finally {
        parent.kill('SIGKILL')
        if (parentOf(trial) !== undefined) process.kill(trial, 'SIGKILL')
      }
    },
  )
})
