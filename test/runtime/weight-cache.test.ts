/** XNNPACK's packed weights in a file, which ends the process if it is another model's. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from '@edge/runtime'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lite0Model } from './golden.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-weights-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** The first output after a run on halves, by a session with that cache. */
async function outputOf(kind: 'fp32' | 'int8', weightCache?: string): Promise<number[]> {
  const xnnpack = weightCache === undefined ? true : { weightCache }
  const session = await Session.open(lite0Model(kind), { threads: 1, xnnpack })
  try {
    const { data } = session.input(0)
    if (data instanceof Float32Array || data instanceof Uint8Array) data.fill(1)
    await session.run()
    const answer = Array.from(session.output(0).data, Number)
    const [, height = 0, width = 0] = session.inputs[0]?.shape ?? []
    await session.resize({ 0: [2, height / 2, width / 2, 3] })
    await session.run()
    return answer
  } finally {
    await session.dispose()
  }
}

it('is kept for each model apart, and used again', async () => {
  const path = join(directory, 'weights.xnn')
  for (let round = 0; round < 2; round += 1) {
    for (const kind of ['fp32', 'int8'] as const) {
      expect(await outputOf(kind, path)).toEqual(await outputOf(kind))
    }
    const files = await readdir(directory)
    expect(files).toHaveLength(2)
    for (const file of files) expect(file).toMatch(/^weights\.xnn\.[0-9a-f]{16}$/)
  }
})

it('that is damaged is made anew or passed over', async () => {
  const path = join(directory, 'weights.xnn')
  const expected = await outputOf('int8', path)
  const [file = ''] = await readdir(directory)
  for (const content of ['', 'no cache at all', Buffer.alloc(5000, 0xff)]) {
    await writeFile(join(directory, file), content)
    expect(await outputOf('int8', path)).toEqual(expected)
  }
})

it('that cannot be made is an error', async () => {
  const open = Session.open(lite0Model('int8'), {
    xnnpack: { weightCache: join(directory, 'no', 'weights') },
  })
  await expect(open).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    remedy: expect.stringContaining('xnnpack.weightCache'),
  })
})
