import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { remarksOf } from '../../src/report/remarks.js'
import { terminalReport } from '../../src/report/terminal.js'
import { hasFailures } from '../../src/result/failures.js'
import { writeResults } from '../../src/result/file.js'
import type { ResultFile } from '../../src/result/schema.js'
import { paletteFor } from '../../src/text/index.js'
import type { Fake } from '../subject/fake-program.js'
import { orinNano } from '../telemetry/machines.js'
import { makeMachine } from '../telemetry/make-machine.js'
import { fakeRun, isRunning, modelOf, resultOf, samplesARound } from './fake-runs.js'

/** What failed is in the table and among the remarks under it, and the exit code follows from it. */
function expectTold(result: ResultFile, id: string, reason: string): void {
  const { id: name } = modelOf(result, id)
  const report = terminalReport({ result }, paletteFor({}))
  const row = report.split('\n').find((line) => line.startsWith(`  ${name} `))
  expect(row, id).toMatch(/ (?:failed|broke off)(?:$|,)/)
  expect(remarksOf(result), id).toContainEqual({
    kind: 'failed',
    ids: expect.arrayContaining([name]),
    text: expect.stringContaining(reason),
  })
  expect(hasFailures({ models: [modelOf(result, id)] })).toBe(true)
}

/** What is not to be disturbed by another model, whatever that does. */
function expectWhole(result: ResultFile, id: string): void {
  const model = modelOf(result, id)
  expect(samplesARound(model)).toEqual([3, 3, 3, 3])
  expect(model.error).toBeUndefined()
  expect(model.latencyMs).toBeDefined()
}

describe.each(['interleaved', 'sequence'] as const)('%s: what fails, fails alone', (order) => {
  const cases: [what: string, fake: Fake, code: string, message: string, rounds: number][] = [
    // Its requests: the warm-up, and two a turn, or one.
    [
      'crashes in the third turn',
      { does: 'crash', at: order === 'sequence' ? 5 : 6 },
      'SUBJECT_FAILED',
      'SIGSEGV',
      2,
    ],
    ['ends while it loads', { does: 'crash-load' }, 'SUBJECT_FAILED', 'exit code 4', 0],
    ['refuses its model', { does: 'refuse-load' }, 'MODEL_INVALID', 'no flatbuffer', 0],
    ['refuses to run', { does: 'refuse' }, 'INFERENCE_FAILED', 'no such operator', 0],
    ['talks nonsense', { does: 'garbage' }, 'SUBJECT_FAILED', 'not JSON', 0],
  ]
  it('in each way, and what was measured before stays', async () => {
    const names = cases.map((_, index) => `bad${index}`)
    const { benchmark, log } = fakeRun({
      fakes: {
        first: {},
        ...Object.fromEntries(cases.map(([, fake], index) => [`bad${index}`, fake])),
        last: {},
      },
      measure: { order },
    })
    const result = await resultOf(benchmark)
    expectWhole(result, 'first')
    expectWhole(result, 'last')
    for (const [index, [what, , code, message, rounds]] of cases.entries()) {
      const { error, rounds: found } = modelOf(result, `bad${index}`)
      expect(error, what).toMatchObject({ code, message: expect.stringContaining(message) })
      expectTold(result, `bad${index}`, message)
      expect(new Set(found).size, what).toBeGreaterThanOrEqual(rounds)
      expect(new Set(found).size, what).toBeLessThan(4)
    }
    expect(result).toMatchObject({ complete: true })
    expect(result.ratios.map(({ id }) => id)).toContain('last/fake/t1')
    expect(log.pids([...names, 'first', 'last']).filter(isRunning)).toEqual([])
  })
})

it('a model that is not there, one that cannot be started, and one that is skipped, beside one that is measured', async () => {
  const { benchmark, directory } = fakeRun({
    fakes: { gone: {}, unknown: {}, stuck: {}, skipped: { skipped: 'no GPU here' }, well: {} },
  })
  rmSync(join(directory, 'gone.tflite'))
  const result = await resultOf({
    ...benchmark,
    program: (one) =>
      one.model.id === 'stuck'
        ? { name: 'nothing', command: '/nonexistent/program', args: [] }
        : benchmark.program(one),
  })
  expectWhole(result, 'well')
  expect(modelOf(result, 'gone').error?.code).toBe('FILE_NOT_FOUND')
  expectTold(result, 'gone', 'FILE_NOT_FOUND')
  expectTold(result, 'stuck', 'could not be started')
  expect(modelOf(result, 'stuck').error).toMatchObject({
    code: 'SUBJECT_FAILED',
    message: expect.stringContaining('could not be started'),
  })
  expect(modelOf(result, 'skipped')).toMatchObject({ skipped: 'no GPU here', samplesMs: [] })
  expect(modelOf(result, 'skipped').error).toBeUndefined()
  expect(result.models.map(({ model }) => model)).toEqual(['gone', 'unknown', 'stuck', 'skipped', 'well'])
  // What was skipped has not failed.
  expect(hasFailures({ ...result, models: result.models.filter(({ error }) => error === undefined) })).toBe(
    false,
  )
})

it('the last lines of one that crashed are kept, and tables have the last of them', async () => {
  const { benchmark } = fakeRun({ fakes: { wordy: { does: 'crash-with-words' }, quiet: { does: 'exit' } } })
  const result = await resultOf(benchmark)
  const { error } = modelOf(result, 'wordy')
  expect(error?.lastWords).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 11}`))
  expect(modelOf(result, 'quiet').error).toMatchObject({ code: 'SUBJECT_FAILED' })
  expect(modelOf(result, 'quiet').error).not.toHaveProperty('lastWords')
  const report = terminalReport({ result }, paletteFor({}))
  expect(report).toContain('signal SIGSEGV; it last wrote: line 30')
  expect(report).not.toContain('line 29')
})

it('one that hangs is given up, and is gone', async () => {
  const { benchmark, log } = fakeRun({
    fakes: { stuck: { does: 'hang', at: 4 }, well: {} },
    // Their processes take a moment to start, too.
    measure: { timeoutSeconds: 2 },
  })
  const result = await resultOf(benchmark)
  expect(modelOf(result, 'stuck').error).toMatchObject({
    code: 'SUBJECT_FAILED',
    message: expect.stringMatching(/did not answer.*timeoutSeconds/),
  })
  expect(samplesARound(modelOf(result, 'stuck'))[0]).toBe(3)
  expectTold(result, 'stuck', 'did not answer')
  expectWhole(result, 'well')
  expect(log.pids(['stuck', 'well']).filter(isRunning)).toEqual([])
})

it('one that the system kills while it runs keeps what was measured', async () => {
  const { benchmark, log } = fakeRun({ fakes: { victim: { waitMs: 40 }, well: {} } })
  let isFirst = true
  const result = await resultOf({
    ...benchmark,
    onPartial: async () => {
      const [pid = 0] = log.pids(['victim'])
      // In the middle of its second turn.
      if (isFirst) setTimeout(() => process.kill(pid, 'SIGKILL'), 20)
      isFirst = false
    },
  })
  expectWhole(result, 'well')
  const victim = modelOf(result, 'victim')
  expectTold(result, 'victim', 'SIGKILL')
  expect(samplesARound(victim)).toEqual([3])
  expect(victim.error?.message).toContain('SIGKILL')
  expect(victim.latencyMs?.samples).toBe(3)
})

describe('pictures', () => {
  const images = ['0.jpg', '1.jpg', '2.jpg', '3.jpg']

  it('that one model cannot decode are left out for all, from then on, and said', async () => {
    const { benchmark } = fakeRun({
      fakes: { good: { classes: [0, 1, 2, 3] }, picky: { undecodable: [1, 2], classes: [0, 1, 2, 3] } },
      images,
      expected: [0, 1, 2, 0],
      measure: { minRuns: 40, warmUpRuns: 20 },
    })
    const result = await resultOf(benchmark)
    for (const id of ['good', 'picky']) {
      const { samplesMs, samplesOf, error, warnings } = modelOf(result, id)
      expect(error).toBeUndefined()
      expect(samplesMs).toHaveLength(40)
      expect(new Set(samplesOf)).toEqual(new Set([0, 3]))
      expect(warnings).toEqual([
        {
          code: 'pictures-left-out',
          unreliable: false,
          message: expect.stringMatching(
            /^2 of 4 pictures were left out: [12]\.jpg: picture [12] is no picture; [12]\.jpg: /,
          ),
        },
      ])
    }
    expect(modelOf(result, 'picky').accuracy).toMatchObject({
      top1: { count: 1, of: 2 },
      pictures: [{ image: '0.jpg' }, { image: '3.jpg', correct: false }],
    })
    expect(modelOf(result, 'good').accuracy?.top1).toMatchObject({ count: 3, of: 4 })
    expect(hasFailures(result)).toBe(true)
  })

  it('of which none can be decoded are an error of each that needs them', async () => {
    const { benchmark } = fakeRun({ fakes: { a: { undecodable: [0, 1] } }, images: images.slice(0, 2) })
    expect(modelOf(await resultOf(benchmark), 'a').error).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('none of the pictures can be decoded'),
    })
  })

  it('that a subject names again, or that there are not, are an error', async () => {
    const { benchmark } = fakeRun({ fakes: { a: { undecodable: [0] } } })
    expect(modelOf(await resultOf(benchmark), 'a').error).toMatchObject({ code: 'IMAGE_INVALID' })
  })
})

describe('classes', () => {
  it('that one refuses to tell take nothing from its times, and are no failure', async () => {
    const { benchmark } = fakeRun({ fakes: { a: { does: 'refuse-classes' }, b: {} }, images: ['a.jpg'] })
    const result = await resultOf(benchmark)
    expectWhole(result, 'a')
    expect(modelOf(result, 'a').warnings).toContainEqual(
      expect.objectContaining({ code: 'no-classes', unreliable: false }),
    )
    expect(hasFailures(result)).toBe(false)
  })

  it('over which one crashes leave it its times, and are one', async () => {
    const { benchmark } = fakeRun({
      fakes: { a: { does: 'crash-classes' }, b: { classes: [7] } },
      images: ['a.jpg'],
    })
    const result = await resultOf(benchmark)
    expect(modelOf(result, 'a')).toMatchObject({
      error: { code: 'SUBJECT_FAILED' },
      latencyMs: { samples: 12 },
    })
    expect(modelOf(result, 'b').accuracy?.pictures).toMatchObject([{ class: 7 }])
    expect(hasFailures(result)).toBe(true)
  })
})

it('a full disk for what there is so far is told each time, and the run goes on', async () => {
  const { benchmark } = fakeRun({ fakes: { a: {} } })
  const failures: unknown[] = []
  const result = await resultOf({
    ...benchmark,
    onPartial: (partial) => writeResults('/dev/full', partial),
    onPartialFailure: (error) => failures.push(error),
  })
  expect(failures).toHaveLength(4)
  expect(failures[0]).toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining('ENOSPC') })
  expectWhole(result, 'a')
  expect(result.complete).toBe(true)
})

describe('sensors', () => {
  const TEMPERATURE = 'sys/class/thermal/thermal_zone0/temp'

  async function runWith(code: string): Promise<ResultFile> {
    const machine = await makeMachine(orinNano)
    try {
      machine.fail(TEMPERATURE, code)
      const { benchmark } = fakeRun({ fakes: { a: { waitMs: 80 }, b: {} }, telemetry: machine.roots })
      const result = await resultOf(benchmark)
      for (const id of ['a', 'b']) expectWhole(result, id)
      const { telemetry } = modelOf(result, 'a')
      expect(Object.keys(telemetry?.unreadable ?? {})).toContain('temperature cpu-thermal')
      expect(telemetry?.readings.length).toBeGreaterThan(0)
      return result
    } finally {
      await machine.remove()
    }
  }

  it('that do not answer are in the table once, the run goes on, and it is a failure', async () => {
    const result = await runWith('EIO')
    expect(hasFailures(result)).toBe(true)
    const message = expect.stringMatching(/did not answer: temperature cpu-thermal: .*\(EIO\)\. --no-sensors/)
    expect(remarksOf(result)).toContainEqual({
      kind: 'warning',
      ids: ['a/fake/t1', 'b/fake/t1'],
      text: message,
    })
    expect(terminalReport({ result }, paletteFor({}))).toContain('temperature cpu-thermal')
  })

  it('that only root may read are in the table, and no failure: so they are on every PC', async () => {
    const result = await runWith('EACCES')
    expect(hasFailures(result)).toBe(false)
    expect(remarksOf(result)).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/could not be read: temperature .*EACCES/) }),
    )
  })

  it('that are switched off are told of in the results alone', async () => {
    const result = await runWith('EAGAIN')
    expect(hasFailures(result)).toBe(false)
    expect(JSON.stringify(remarksOf(result))).not.toContain('cpu-thermal')
  })
})

it('what is no failure of a model ends the run, with all processes gone', async () => {
  const { benchmark, log } = fakeRun({ fakes: { a: {}, b: {} } })
  const run = resultOf({
    ...benchmark,
    onProgress: ({ phase }) => {
      if (phase === 'measuring') throw new RangeError('a mistake of whoever shows it')
    },
  })
  await expect(run).rejects.toThrow('a mistake of whoever shows it')
  expect(log.pids(['a', 'b'])).toHaveLength(2)
  expect(log.pids(['a', 'b']).filter(isRunning)).toEqual([])
})
