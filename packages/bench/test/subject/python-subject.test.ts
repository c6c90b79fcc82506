import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { SubjectProcess } from '../../src/subject/subject-process.js'

const peers = fileURLToPath(new URL('../../../../benchmarks/peers', import.meta.url))
const MS = 10

// A peer whose inferences take as long, without the libraries that peers prepare pictures with.
const program = `
import sys, time, types
sys.modules["numpy"] = types.SimpleNamespace(ndarray=object)
sys.modules["PIL"] = types.SimpleNamespace(Image=None)
from subject import Peer, serve
class Sleeper(Peer):
    def load(self, request): return "sleeper"
    def prepare(self, image): pass
    def infer(self): time.sleep(${MS / 1000})
serve(Sleeper())
`

it('a peer in Python works on one thing at a time, and what waits for others says so', async () => {
  const subject = new SubjectProcess({
    name: 'sleeper',
    command: 'python3',
    args: ['-c', program],
    env: { PYTHONPATH: peers, PYTHONDONTWRITEBYTECODE: '1' },
  })
  const limits = { timeoutMs: 30_000 }
  try {
    await subject.load({ model: 'm', threads: 1, batch: 1, images: ['a'], endToEnd: true }, limits)

    const one = await subject.run({ images: [0, 0, 0], inFlight: 1 }, limits)
    expect(new Set(one.beginsMs).size).toBe(3)
    for (const ms of one.samplesMs) expect(ms).toBeGreaterThanOrEqual(MS)

    const groups = await subject.run({ images: [0, 0, 0, 0], inFlight: 2 }, limits)
    expect(groups.beginsMs[1]).toBe(groups.beginsMs[0])
    expect(groups.beginsMs[2]).toBeGreaterThan(groups.beginsMs[1] ?? 0)
    expect(groups.samplesMs[1]).toBeGreaterThanOrEqual((groups.samplesMs[0] ?? 0) + MS)
    expect(groups.samplesMs[3]).toBeGreaterThanOrEqual((groups.samplesMs[2] ?? 0) + MS)

    const late = 20 * MS
    const arriving = await subject.run({ images: [0, 0, 0], inFlight: 16, arrivalsMs: [0, 0, late] }, limits)
    const [first = 0, second, third = 0] = arriving.beginsMs
    expect([second, third - first]).toEqual([first, expect.closeTo(late)])
    expect(arriving.samplesMs[1]).toBeGreaterThanOrEqual((arriving.samplesMs[0] ?? 0) + MS)
    // It did not begin before its time.
    expect(arriving.samplesMs[2]).toBeGreaterThanOrEqual(MS)
    expect(arriving.nowMs - first).toBeGreaterThanOrEqual(late + MS)
  } finally {
    await subject.end()
  }
})
