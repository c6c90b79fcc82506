import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { benchModels } from '../../../scripts/setup/bench-models.js'
import { classics } from '../../../scripts/setup/classics.js'
import { onnxClassics } from '../../../scripts/setup/onnx-classics.js'
import { namedModels } from '../src/suite/named-models.js'
import { parseSuite, readSuite, suiteJsonSchema } from '../src/suite/read.js'

const directory = fileURLToPath(new URL('../../../benchmarks/suites/', import.meta.url))
const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'))

describe('the suites that come with the repository', () => {
  it.each(['tflite-classics', 'tensorrt-classics', 'variants', 'overhead', 'throughput', 'peers'])(
    'has %s',
    (name) => {
      expect(files).toContain(`${name}.yaml`)
    },
  )

  it.each(files)('%s is one, called as its file is, and editors find its schema', async (file) => {
    const path = `${directory}${file}`
    const { suite } = await readSuite(path)
    expect(`${suite.name}.yaml`).toBe(file)
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./suite.schema.json',
    )
  })

  it.each(files)('the published tables of %s are whole, and name models that it has', async (file) => {
    const { suite } = await readSuite(`${directory}${file}`)
    const ids = suite.models.map(({ id }) => id)
    for (const { title, columns, ours, rows } of suite.published) {
      for (const { model, cells } of rows) {
        expect(cells, `${title}: ${model}`).toHaveLength(columns.length)
        // A suite without models takes them from the command line.
        if (ids.length > 0) expect(ids).toContain(model)
      }
      expect(ours ?? columns, title).toHaveLength(columns.length)
    }
  })
})

describe('tflite-classics', () => {
  it('names models that set-up makes, and says which have random weights', async () => {
    const { suite } = await readSuite(`${directory}tflite-classics.yaml`)
    const random = new Set(classics.filter(({ lite }) => lite === undefined).map(({ name }) => name))
    for (const { file, randomWeights } of suite.models) {
      const name = file.replace(/^models:/, '')
      expect([...benchModels.keys()]).toContain(name)
      expect(randomWeights, name).toBe(random.has(name.replace('_int8.tflite', '')))
    }
    expect(suite.models).toHaveLength(benchModels.size)
  })
})

it('tensorrt-classics names models that set-up makes, all with random weights', async () => {
  const { suite } = await readSuite(`${directory}tensorrt-classics.yaml`)
  expect(suite.models.map(({ file, randomWeights }) => [file, randomWeights])).toEqual(
    onnxClassics.map(({ name }) => [`models:${name}.onnx`, true]),
  )
})

describe('a suite', () => {
  const suite = (more: object) =>
    JSON.stringify({ name: 's', title: 'S', models: [{ id: 'a', file: 'a.tflite' }], ...more })

  it('has a model or a case for its baseline, and cases for its bars', () => {
    for (const baseline of ['a', 'a/tflite/t1']) expect(parseSuite(suite({ baseline }), 's')).toBeDefined()
    expect(() => parseSuite(suite({ baseline: 'a/tflite/t2' }), 's')).toThrow('none of its models or cases')
    expect(parseSuite(suite({ bars: [{ case: 'a/tflite/t1', most: 2 }] }), 's').bars).toEqual([
      { case: 'a/tflite/t1', most: 2, by: 'interval' },
    ])
    expect(() => parseSuite(suite({ bars: [{ case: 'a', most: 2 }] }), 's')).toThrow('none of its cases')
  })
})

describe('what is wrong with a suite', () => {
  const message = (text: string): string => {
    try {
      parseSuite(text, 's.yaml')
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'SUITE_INVALID') return error.message
      throw error
    }
    throw new Error('it was taken for a suite')
  }

  it('is told all at once, each with its line and in words for people', () => {
    const told = message(`name: "1 2"
title: 3
models:
  - { id: a, foo: 1 }
images: [1]
labels: []
threads: [0, 1.5]
backends: []
scenarios: [fast]
measure:
  minRuns: x
  maxSeconds:
`)
    expect(told).toMatch(/^the suite s\.yaml has 12 faults; found /)
    for (const fault of [
      'name in line 1: a name begins with a letter or a digit',
      'title in line 2: a number where text belongs',
      'models.0.foo in line 4: there is no such field',
      'models.0.file is missing',
      'images.0 in line 5: a number where text belongs',
      'labels in line 6: a list where text belongs',
      'threads.0 in line 7: more than 0 belongs here',
      'threads.1 in line 7: a number where a whole number belongs',
      'backends in line 8: a list of at least 1 belongs here',
      'scenarios.0 in line 9: expected one of "single-stream"|',
      'measure.minRuns in line 11: text where a number belongs',
      'measure.maxSeconds in line 12: nothing where a number belongs',
    ])
      expect(told).toContain(fault)
  })

  it.each([
    ['', 'the suite s.yaml is empty; expected a name, a title and models, at least'],
    ['# nothing\n', 'is empty'],
    ['text', 'has a fault; found text where a map belongs'],
    ['name: s\ntitle: t\nmodels: []\nimages: 3', 'images in line 4: a number where text or a list belongs'],
    // No colon at its end, and the second of them too.
    ['a: [1,\nb: {', /not YAML; found .* at line 2, column 1; .* at line 2, column 5$/],
  ])('is told of %j', (text, expected) => {
    if (typeof expected === 'string') expect(message(text)).toContain(expected)
    else expect(message(text)).toMatch(expected)
  })

  it('is not told at a length that nobody reads', () => {
    const fields = Array.from({ length: 100 }, (_, index) => `f${index}: 1\n`).join('')
    expect(message(fields)).toMatch(/has 103 faults; .*; and 91 more\. /)
  })
})

describe('cases of a suite', () => {
  const suite = (more: object) => () =>
    parseSuite(
      JSON.stringify({ name: 's', title: 'S', models: [{ id: 'a', file: 'a.tflite' }], ...more }),
      's',
    )

  it.each([
    { threads: [1, 2, 1] },
    { backends: ['tflite', 'tflite'] },
    { scenarios: ['server', 'server'] },
    // What differs is not what their names would say.
    { precisions: ['fp16', 'fp16/server'], scenarios: ['server', 'server'] },
  ])('are each there once: %j', (more) => {
    expect(suite(more)).toThrow('more than once')
  })

  it('are no more than can be measured', () => {
    const many = Array.from({ length: 3000 }, (_, index) => index + 1)
    expect(suite({ threads: many, batches: many })).toThrow('found 9000000')
    expect(suite({ threads: many.slice(0, 1000) })().threads).toHaveLength(1000)
  })

  it('of models of a command line have names of their own', () => {
    const paths = ['a/model.tflite', 'b/model.tflite', 'my model.onnx']
    expect(namedModels(paths, ['model']).map(({ id }) => id)).toEqual(['model-2', 'model-3', 'my_model'])
  })
})

it('suite.schema.json is what suites are checked against: tsx benchmarks/suites/write-schema.ts', () => {
  const written: unknown = JSON.parse(readFileSync(`${directory}suite.schema.json`, 'utf8'))
  expect(written).toEqual(suiteJsonSchema())
})
