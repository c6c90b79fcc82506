import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SubjectProcess, type SubjectProgram } from '../../src/subject/subject-process.js'

const fake = fileURLToPath(new URL('fake-subject.mjs', import.meta.url))
const program = (...args: string[]): SubjectProgram => ({
  name: 'fake',
  command: process.execPath,
  args: [fake, ...args],
})
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

  it('cannot be started where there is no such program', async () => {
    await withSubject({ name: 'nothing', command: '/nonexistent', args: [] }, async (subject) => {
      await expect(subject.load(model, limits)).rejects.toMatchObject({
        code: 'SUBJECT_FAILED',
        summary: 'nothing could not be started',
      })
    })
  })
})
