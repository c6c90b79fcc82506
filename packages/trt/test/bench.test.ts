import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ResultFile, readResults, writeResults } from '@edge/bench'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure } from './cli.js'
import { int8, tiny } from './models.js'

let directory: string
const at = (name: string) => join(directory, name)
const add = tiny('add_float32')
const scalars = tiny('scalars')
// Enough for a percentile, and for a ratio with an interval.
const LITTLE = ['--runs', '120', '--seconds', '0', '--rounds', '6', '--no-sensors', '--seed', '7']

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  for (const [name, background] of Object.entries({ red: '#c82828', green: '#28c828' })) {
    await sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .jpeg()
      .toFile(at(`${name}.jpg`))
  }
  await writeFile(at('broken.jpg'), 'no picture')
  await writeFile(at('classes.tsv'), `# of two pictures\nred.jpg\t3\n${at('green.jpg')}\t5\n`)
})
afterAll(() => rm(directory, { recursive: true }))

describe('bench', () => {
  let first: ResultFile
  beforeAll(async () => {
    const files = ['json', 'html', 'csv', 'samples-csv', 'markdown', 'junit']
    const reports = files.flatMap((form) => [`--${form}`, at(`report.${form}`)])
    const { code, stdout, stderr } = await edgeTrt([
      ...['bench', '--model', add, '--model', scalars, '--threads', '1,2'],
      ...LITTLE,
      ...reports,
    ])
    expect(code).toBe(0)
    expect(stderr.trimEnd().split('\n')).toEqual(files.map((form) => `written: ${at(`report.${form}`)}`))
    expect(stdout).toMatch(/add_float32\/auto\/t1 +[\d.]/)
    expect(stdout).toContain('scalars/auto/t2')
    first = await readResults(at('report.json'))
  })

  it('measures models by turns, and tells what it measured', () => {
    expect(first).toMatchObject({
      complete: true,
      settings: {
        suite: 'command-line',
        seed: 7,
        minRuns: 120,
        rounds: 6,
        order: 'interleaved',
        endToEnd: false,
      },
      images: [],
    })
    expect(first.models.map(({ id }) => id)).toEqual([
      ...['add_float32/auto/t1', 'add_float32/auto/t2', 'scalars/auto/t1', 'scalars/auto/t2'],
    ])
    for (const { samplesMs, latencyMs, peakRssBytes, version, sizeBytes, threads, id } of first.models) {
      expect(samplesMs.length).toBeGreaterThanOrEqual(120)
      expect(latencyMs?.p90?.value).toBeGreaterThan(0)
      expect(peakRssBytes).toBeGreaterThan(10e6)
      expect(version).toMatch(/\d/)
      expect(sizeBytes).toBeGreaterThan(100)
      expect(id.endsWith(`t${threads}`)).toBe(true)
    }
    expect(first.ratios.map(({ id, to, rounds }) => [id, to, rounds])).toEqual([
      ['scalars/auto/t1', 'add_float32/auto/t1', 6],
      ['scalars/auto/t2', 'add_float32/auto/t2', 6],
    ])
  })

  it.each([
    ['html', /^<!doctype html>[\s\S]*scalars/i],
    ['csv', /^[^\n]*id,[^\n]*\n[\s\S]*scalars\/auto\/t2,/],
    ['samples-csv', /^[^\n]*,[^\n]*\n[\s\S]*scalars\/auto\/t2,/],
    ['markdown', /\|[^|]*scalars\/auto\/t2[^|]*\|/],
    ['junit', /<testsuite[\s\S]*scalars[\s\S]*<\/testsuites?>/],
  ])('writes %s', async (form, expected) => {
    expect(await readFile(at(`report.${form}`), 'utf8')).toMatch(expected)
  })

  it('is compared with another run, which is a regression where it is slower by more than the threshold', async () => {
    const slower = (factor: number, reliable = true): ResultFile => ({
      ...first,
      models: first.models.map((model) =>
        model.id === 'scalars/auto/t1'
          ? { ...model, reliable, samplesMs: model.samplesMs.map((ms) => factor * ms) }
          : model,
      ),
    })
    await writeResults(at('before.json'), slower(1))
    await writeResults(at('slower.json'), slower(3))
    await writeResults(at('busy.json'), slower(3, false))
    const compare = ['bench', 'compare', at('before.json')]
    const same = await edgeTrtJson([...compare, at('before.json')])
    expect(same.code).toBe(0)
    expect(same.document).toMatchObject({ regression: false, errors: [] })
    expect(same.document.pairs).toHaveLength(4)
    const worse = await edgeTrtJson([...compare, at('slower.json')])
    expect(worse.code).toBe(1)
    expect(worse.document.pairs).toContainEqual(
      expect.objectContaining({ id: 'scalars/auto/t1', verdict: 'slower', regression: true }),
    )
    const text = await edgeTrt([...compare, at('slower.json')])
    expect(text).toMatchObject({ code: 1, stderr: '' })
    expect(text.stdout).toMatch(/scalars\/auto\/t1.*slower/)
    expect((await edgeTrt([...compare, at('slower.json'), '--threshold', '400'])).code).toBe(0)
    // Of a busy machine: named, and no regression.
    const busy = await edgeTrt([...compare, at('busy.json')])
    expect(busy).toMatchObject({ code: 0, stderr: '' })
    expect(busy.stdout).toMatch(
      /scalars\/auto\/t1.*slower, unreliable in the second[\s\S]*No regression is shown/,
    )
    // Other models, say: nothing was found to be as fast as before.
    await writeResults(at('others.json'), { ...first, models: [], ratios: [] })
    const nothing = await edgeTrt([...compare, at('others.json')])
    expect(nothing.code).toBe(1)
    expect(nothing.stdout).toContain('Nothing is in both files')
  })

  it('is compared with nothing that is not results', async () => {
    const absent = await edgeTrtJson(['bench', 'compare', at('report.json'), at('none.json')])
    expectFailure(absent, 1, 'FILE_NOT_FOUND')
    expect(absent.document).toMatchObject({ errors: [{ source: at('none.json'), code: 'FILE_NOT_FOUND' }] })
    expectFailure(
      await edgeTrt(['bench', 'compare', at('report.csv'), at('report.json')]),
      1,
      'RESULTS_INVALID',
    )
  })
})

describe('what was measured until Ctrl-C', () => {
  const long = () => [
    'bench',
    '--model',
    add,
    '--model',
    scalars,
    '--runs',
    '400',
    '--rounds',
    '200',
    '--seconds',
    '0',
  ]

  it('is kept, and gone on with', async () => {
    const stopped = await edgeTrt([...long(), '--no-sensors', '--json', at('stopped.json')], {
      meanwhile: async (child) => {
        while (!existsSync(at('stopped.json')) && child.exitCode === null) await sleep(10)
        child.kill('SIGINT')
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toContain('add_float32/auto/t1')
    const earlier = await readResults(at('stopped.json'))
    expect(earlier.complete).toBe(false)
    expect(new Set(earlier.models[0]?.rounds).size).toBeLessThan(200)

    // With other flags it would be another run.
    const other = await edgeTrt([
      ...long(),
      '--rounds',
      '100',
      '--no-sensors',
      '--resume',
      at('stopped.json'),
    ])
    expectFailure(other, 1, 'INVALID_ARGUMENT')
    expect(other.stderr).toContain('its rounds was another; expected 200, found 100')
    expect(await readResults(at('stopped.json'))).toEqual(earlier)

    const { code } = await edgeTrt([...long(), '--no-sensors', '--resume', at('stopped.json')])
    expect(code).toBe(0)
    const whole = await readResults(at('stopped.json'))
    expect(whole).toMatchObject({ complete: true, begun: earlier.begun, settings: earlier.settings })
    // All but those of the round in which it was stopped, which not all models may have.
    const common = Math.min(...earlier.models.map((model) => (model.rounds.at(-1) ?? -1) + 1))
    for (const [index, { samplesMs, rounds }] of whole.models.entries()) {
      expect(new Set(rounds).size).toBe(200)
      const before = earlier.models[index]
      const kept = before?.samplesMs.filter((_, sample) => (before.rounds[sample] ?? 0) < common) ?? []
      expect(kept.length).toBeGreaterThan(0)
      expect(samplesMs.slice(0, kept.length).join()).toBe(kept.join())
    }

    const again = await edgeTrt([...long(), '--no-sensors', '--resume', at('stopped.json')])
    expectFailure(again, 1, 'INVALID_ARGUMENT')
    expect(again.stderr).toContain('came to its end')
  })
})

describe('what fails', () => {
  it('fails alone: a model that is not there, and one that is none; those that are called alike have names of their own', async () => {
    await writeFile(at('none.tflite'), 'no model')
    await copyFile(add, at('add_float32.tflite'))
    const { code, stdout } = await edgeTrt([
      ...['bench', '--model', at('gone.tflite'), '--model', at('none.tflite')],
      ...['--model', add, '--model', at('add_float32.tflite')],
      ...LITTLE,
      ...['--json', at('some.json')],
    ])
    expect(code).toBe(1)
    expect(stdout).toContain('FILE_NOT_FOUND')
    expect(stdout).toContain('MODEL_INVALID')
    const { models } = await readResults(at('some.json'))
    expect(models.map(({ model, error }) => [model, error?.code])).toEqual([
      ['gone', 'FILE_NOT_FOUND'],
      ['none', 'MODEL_INVALID'],
      ['add_float32', undefined],
      ['add_float32-2', undefined],
    ])
    for (const { latencyMs } of models.slice(2)) expect(latencyMs?.samples).toBeGreaterThanOrEqual(120)
  })

  it('leaves a picture out that cannot be decoded, measures with the others, and says so', async () => {
    const { code, stdout } = await edgeTrt([
      ...['bench', '--model', int8, '--images', directory, '--labels', at('classes.tsv')],
      ...['--runs', '12', '--seconds', '0', '--rounds', '3', '--no-sensors', '--json', at('pictures.json')],
    ])
    expect(code).toBe(1)
    expect(stdout).toContain('1 of 3 pictures were left out')
    expect(stdout.split(at('broken.jpg'))).toHaveLength(2)
    const { models, images } = await readResults(at('pictures.json'))
    const [model] = models
    expect(images.map((image) => image.slice(directory.length + 1))).toEqual([
      'broken.jpg',
      'green.jpg',
      'red.jpg',
    ])
    expect(new Set(model?.samplesOf)).toEqual(new Set([1, 2]))
    expect(model?.accuracy?.pictures.map(({ expected }) => expected)).toEqual([5, 3])
    expect(model?.accuracy?.top1?.of).toBe(2)
    expect(model?.error).toBeUndefined()
  })

  it('is told where results cannot be written: as soon as they should be, and in the end', async () => {
    await writeFile(at('full.csv'), 'an earlier report')
    const ended = await edgeTrt([
      ...['bench', '--model', add, ...LITTLE],
      ...['--json', '/dev/full', '--csv', at('full.csv')],
    ])
    expectFailure(ended, 1, 'FILE_UNWRITABLE', 'FILE_UNWRITABLE')
    expect(ended.stdout).toContain('add_float32/auto/t1')
    expect(await readFile(at('full.csv'), 'utf8')).toContain('add_float32/auto/t1')
  })

  it('is told before anything is measured where a report cannot be written, and of all of them', async () => {
    await writeFile(at('afile'), '')
    const unwritable = [at('none/a.html'), at('afile/a.csv'), directory]
    const ended = await edgeTrt([
      ...['bench', '--model', add, ...LITTLE, '--json', at('early.json')],
      ...['--html', unwritable[0] ?? '', '--csv', unwritable[1] ?? '', '--markdown', unwritable[2] ?? ''],
    ])
    expectFailure(ended, 1, 'FILE_UNWRITABLE')
    for (const path of unwritable) expect(ended.stderr).toContain(`the report ${path} cannot be written`)
    expect(ended.stdout).toBe('')
    expect(existsSync(at('early.json'))).toBe(false)
  })

  it('is told of files that are named', async () => {
    const model = ['bench', '--model', add, ...LITTLE]
    expectFailure(await edgeTrt([...model, '--resume', at('gone.json')]), 1, 'FILE_NOT_FOUND')
    // Before a model is blamed for it.
    const noPictures = await edgeTrt([...model, '--images', at('red.jpg'), '--images', at('nope')])
    expectFailure(noPictures, 1, 'FILE_NOT_FOUND')
    expect(noPictures.stderr).toMatch(/there is no picture or directory of pictures \(AVIF.*nope/)
    expect(noPictures.stdout).toBe('')
    expectFailure(
      await edgeTrt([...model, '--images', at('red.jpg'), '--labels', at('gone.tsv')]),
      1,
      'FILE_NOT_FOUND',
    )
    await writeFile(at('wrong.tsv'), 'red.jpg 3\n')
    const wrong = await edgeTrt([...model, '--images', at('red.jpg'), '--labels', at('wrong.tsv')])
    expectFailure(wrong, 1, 'LABELS_INVALID')
    expect(wrong.stderr).toContain('line 1 of')
    expect(wrong.stderr).toContain('a file with the names of the model’s classes, one a line, is another')
    // Of another data set: no accuracy is what was asked for.
    await writeFile(at('others.tsv'), 'blue.jpg\t3\n')
    const others = await edgeTrt([...model, '--images', at('red.jpg'), '--labels', at('others.tsv')])
    expectFailure(others, 1, 'LABELS_INVALID')
    expect(others.stderr).toContain('none of the pictures')
  })
})

it('reads the sensors unless told not to', async () => {
  const { code } = await edgeTrt([
    ...[
      'bench',
      '--model',
      add,
      '--runs',
      '20',
      '--seconds',
      '0',
      '--rounds',
      '2',
      '--json',
      at('sensors.json'),
    ],
  ])
  const { models, settings } = await readResults(at('sensors.json'))
  // Of a machine with a sensor that does not answer, the exit code says so.
  const isBroken = models.some(({ warnings }) => warnings.some((one) => one.code === 'sensors-failed'))
  expect(code).toBe(isBroken ? 1 : 0)
  expect(models[0]?.telemetry?.readings.length).toBeGreaterThan(0)
  // Drawn, and kept.
  expect(settings.seed).toBeGreaterThan(0)
})

it.skipIf(process.env.EDGE_TEST_TIER !== 'full').each(['multi-stream', 'offline', 'server'])(
  'measures in the manner of %s',
  async (scenario) => {
    const { code, stdout } = await edgeTrt([
      ...['bench', '--model', add, '--scenario', scenario, ...LITTLE, '--json', at(`${scenario}.json`)],
    ])
    expect(code).toBe(0)
    expect(stdout).toContain(`add_float32/auto/t1/${scenario}`)
    const { models } = await readResults(at(`${scenario}.json`))
    expect(models[0]).toMatchObject({ scenario, throughput: { confidence: 0.95 } })
    expect(models[0]?.samplesMs.length).toBeGreaterThanOrEqual(120)
  },
)

describe('the command line', () => {
  it.each([
    [['--runs', '10'], '--model'],
    [['--model', add, '--labels', 'classes.tsv'], '--images'],
    [['--model', add, '--threads', '1,1'], 'more than once'],
    [['--model', add, '--rounds', 'many'], '--rounds'],
    [['--model', add, '--threads', '1,0'], '--threads'],
    [['--model', add, '--scenario', 'parallel'], '--scenario'],
    [['--model', add, '--sequence', '--cool-down', '--no-sensors'], '--no-sensors'],
    [['compare', 'one.json'], 'after'],
    [['compare', 'a.json', 'b.json', '--threshold', '-3'], '--threshold'],
  ])('refuses %j', async (flags, named) => {
    const ended = await edgeTrt(['bench', ...flags])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(named)
    expect(ended.stdout).toBe('')
  })

  it('prints a document for --json of a comparison alone: that of bench takes a file', async () => {
    const wrong = await edgeTrtJson(['bench', 'compare', 'a.json', 'b.json', '--threshold', 'much'])
    expectFailure(wrong, 2, 'INVALID_ARGUMENT')
    expect(wrong.document).toEqual({ errors: [expect.objectContaining({ code: 'INVALID_ARGUMENT' })] })
    const bench = await edgeTrt(['bench', '--model', add, '--runs', '0', '--json', at('never.json')])
    expect(bench).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(at('never.json'))).toBe(false)
  })

  it('has help', async () => {
    const { code, stdout, stderr } = await edgeTrt(['bench', '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const flag of ['--model', '--resume', '--samples-csv', '--no-sensors', '130 after Ctrl-C']) {
      expect(stdout).toContain(flag)
    }
    expect((await edgeTrt(['bench', 'compare', '--help'])).stdout).toMatch(/--threshold[\s\S]*Exit code: 0/)
  })
})

it('leaves nothing behind beside the files that were asked for', async () => {
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([])
})
