import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { SubjectProcess, type SubjectProgram } from '../../src/subject/subject-process.js'
import { isRunning, temporaryDirectory } from '../runner/fake-runs.js'
import { fakeProgram } from './fake-program.js'

const program = (does = 'well') => fakeProgram({ does })
const limits = { timeoutMs: 5000 }
const model = { model: 'm.tflite', threads: 1, batch: 1, images: [], endToEnd: false }
const runs = { images: [0, 0, 0], inFlight: 1 }

async function withSubject<T>(of: SubjectProgram, work: (subject: SubjectProcess) => Promise<T>): Promise<T> {
  const subject = new SubjectProcess(of)
  try {
    return await work(subject)
  } finally {
    await subject.end()
  }
}

describe('SubjectProcess', () => {
  it('loads, runs, classifies and ends', async () => {
    await withSubject(program(), async (subject) => {
      expect(await subject.load(model, limits)).toEqual({
        answer: 'loaded',
        version: 'fake 1.0',
        loadMs: 5,
        firstRunMs: 2,
      })
      expect(await subject.run(runs, limits)).toMatchObject({ samplesMs: [1, 1, 1], peakRssBytes: 1e6 })
      expect(await subject.classify(5, limits)).toEqual({ answer: 'classified', pictures: [] })
    })
  })

  it.each([
    ['crash', 'ended before it answered', 'signal SIGSEGV; it last wrote: about to crash'],
    ['exit', 'ended before it answered', 'exit code 3'],
    ['garbage', 'gave an answer that is not JSON', 'Segmentation fault, or so'],
    ['outside', 'gave an answer outside the protocol', 'samplesMs.0'],
    ['other', 'gave another answer than asked for', 'loaded'],
    ['few', 'told of another number of runs than asked for', '2 times'],
  ])('tells %s, and stays ended', async (behaviour, summary, found) => {
    await withSubject(program(behaviour), async (subject) => {
      await subject.load(model, limits)
      await expect(subject.run(runs, limits)).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        summary: `fake ${summary}`,
        found: expect.stringContaining(found),
      })
      await expect(subject.run(runs, limits)).rejects.toMatchObject({ code: 'SUBJECT_FAILED' })
    })
  })

  it('gives up one that hangs', async () => {
    await withSubject(program('hang'), async (subject) => {
      await subject.load(model, limits)
      await expect(subject.run(runs, { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        summary: 'fake did not answer',
        expected: 'an answer within 0.05 s',
      })
    })
  })

  it('waits longer for one that tells how far it is with building what it loads', async () => {
    const log = join(temporaryDirectory(), 'a.log')
    await withSubject(fakeProgram({ does: 'build', buildMs: 1200, log }), async (subject) => {
      // It runs from here on: how long a process takes to start does not count.
      await subject.classify(1, limits)
      const told: number[] = []
      const onBuilding = ({ fraction }: { readonly fraction: number }) => void told.push(fraction)
      expect(await subject.load(model, { timeoutMs: 800, onBuilding })).toMatchObject({ built: true })
      expect(told).toEqual([0.25, 0.75])
    })
  })

  it('gives up one that tells nothing more of its building', async () => {
    await withSubject(program('build-and-hang'), async (subject) => {
      await subject.classify(1, limits)
      const onBuilding = () => {}
      await expect(subject.load(model, { timeoutMs: 300, onBuilding })).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        expected: 'an answer within 0.3 s',
      })
    })
  })

  it('does not take words of a building that nobody asked for', async () => {
    await withSubject(program('build-and-hang'), async (subject) => {
      await expect(subject.load(model, limits)).rejects.toMatchObject({
        summary: 'fake gave another answer than asked for',
        found: 'building',
      })
    })
  })

  it('passes on what a subject says that it cannot do, which may go on', async () => {
    await withSubject(program('refuse'), async (subject) => {
      await subject.load(model, limits)
      await expect(subject.run(runs, limits)).rejects.toMatchObject({
        name: 'SubjectRefusal',
        code: 'INFERENCE_FAILED',
        message: 'no such operator',
      })
      expect(await subject.classify(1, limits)).toMatchObject({ answer: 'classified' })
    })
  })

  it('passes on which picture cannot be decoded', async () => {
    await withSubject(fakeProgram({ undecodable: [1] }), async (subject) => {
      await subject.load(model, limits)
      await expect(subject.run({ images: [0, 1], inFlight: 1 }, limits)).rejects.toMatchObject({
        name: 'SubjectRefusal',
        code: 'IMAGE_INVALID',
        image: 1,
      })
      expect(await subject.run({ images: [0, 2], inFlight: 1 }, limits)).toMatchObject({ samplesMs: [1, 1] })
    })
  })

  it('waits for longer than timers can', async () => {
    await withSubject(program(), async (subject) => {
      expect(await subject.load(model, { timeoutMs: 1e12 })).toMatchObject({ version: 'fake 1.0' })
    })
  })

  it.runIf(process.env.EDGE_TEST_TIER === 'full')('gives up one that writes and writes', async () => {
    const args = ['-c', 'read -r _; exec cat /dev/zero']
    await withSubject({ name: 'flood', command: 'sh', args }, async (subject) => {
      await expect(subject.load(model, { timeoutMs: 60_000 })).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        summary: 'flood gave an answer that is too long',
      })
    })
  })

  it('refuses what was not asked for', async () => {
    await withSubject(program('twice'), async (subject) => {
      await subject.load(model, limits)
      await expect(subject.run(runs, limits)).rejects.toBeDefined()
      await expect(subject.classify(1, limits)).rejects.toMatchObject({
        summary: 'fake answered without having been asked',
      })
    })
  })

  it('is aborted', async () => {
    await withSubject(program('hang'), async (subject) => {
      await subject.load(model, limits)
      const controller = new AbortController()
      const running = subject.run(runs, { ...limits, signal: controller.signal })
      controller.abort()
      await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
      await expect(subject.run(runs, { ...limits, signal: controller.signal })).rejects.toMatchObject({
        code: 'ABORTED',
      })
    })
  })

  it.each(['never-end', 'never-exit'])('ends one that would not: %s', async (does) => {
    const subject = new SubjectProcess(program(does))
    await subject.load(model, limits)
    const { pid = 0 } = subject
    expect(isRunning(pid)).toBe(true)
    await subject.end(100)
    expect(isRunning(pid)).toBe(false)
  })

  it('ends with what it started', async () => {
    const args = ['-c', 'sleep 600 & echo "child $!"; wait']
    const subject = new SubjectProcess({ name: 'parent', command: 'sh', args })
    const error: unknown = await subject.load(model, limits).catch((failure: unknown) => failure)
    await subject.end()
    const child = Number(/child (\d+)/.exec(error instanceof EdgeError ? (error.found ?? '') : '')?.[1])
    expect(child).toBeGreaterThan(1)
    expect([subject.pid ?? 0, child].filter(isRunning)).toEqual([])
  })

  it('cannot be started where there is no such program', async () => {
    await withSubject({ name: 'nothing', command: '/nonexistent', args: [] }, async (subject) => {
      await expect(subject.load(model, limits)).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        summary: 'nothing could not be started',
      })
    })
  })
})
