import { execFile } from 'node:child_process'
import { mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EdgeError } from '@edge/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readResults, resultsText, writeResults } from '../../src/result/file.js'
import { parseResults } from '../../src/result/parse.js'
import { samplesByRound } from '../../src/result/samples.js'
import type { ResultFile } from '../../src/result/schema.js'
import { Random } from '../../src/statistics/random.js'
import { sampleResults } from '../report/sample-results.js'

let directory: string
const file = (name: string) => join(directory, name)
const sample = sampleResults({ models: 3, rounds: 3, runsPerRound: 5 })
const text = [...resultsText(sample)].join('')

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-bench-results-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function errorOf(attempt: Promise<unknown>): Promise<EdgeError> {
  const outcome = await attempt.catch((error: unknown) => error)
  if (outcome instanceof EdgeError) return outcome
  throw new Error(`no EdgeError, but ${String(outcome)}`)
}

function parsing(changed: string): Promise<EdgeError> {
  return errorOf((async () => parseResults(changed, 'a.json'))())
}

/** The sample's JSON with something else in it. */
function with_(change: (results: Record<string, unknown>) => void): string {
  const copy: Record<string, unknown> = JSON.parse(text)
  change(copy)
  return JSON.stringify(copy)
}

describe('a file of results', () => {
  it('is read as it was written, and has a line for each model', async () => {
    await writeResults(file('a.json'), sample)
    expect(await readResults(file('a.json'))).toEqual(sample)
    expect(text.split('\n').filter((line) => line.startsWith('{"id":')).length).toBe(
      sample.models.length + sample.ratios.length,
    )
    expect(JSON.parse(text)).toEqual(sample)
  })

  it('is replaced as a whole, with nothing left beside it', async () => {
    await writeResults(file('b.json'), { ...sample, complete: false, models: [], ratios: [] })
    await writeResults(file('b.json'), sample)
    expect(await readResults(file('b.json'))).toEqual(sample)
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('is written where a link leads', async () => {
    await writeFile(file('target.json'), 'old')
    await symlink(file('target.json'), file('link.json'))
    await writeResults(file('link.json'), sample)
    expect(await readFile(file('target.json'), 'utf8')).toBe(text)
  })

  it('is not there: the error says so', async () => {
    const error = await errorOf(readResults(file('nothing.json')))
    expect(error.code).toBe('FILE_NOT_FOUND')
    expect(error.message).toContain(file('nothing.json'))
  })

  it('is not read where it is larger than any', async () => {
    const handle = await open(file('large.json'), 'w')
    await handle.truncate(256 * 1024 * 1024 + 1)
    await handle.close()
    const error = await errorOf(readResults(file('large.json')))
    expect(error.code).toBe('RESULTS_INVALID')
    expect(error.expected).toContain('268435456 bytes')
  })

  it.each([
    ['a directory that is not there', 'none/a.json', /no such file|ENOENT/],
    ['a directory', '', /directory|EISDIR/],
    // Every write to it finds the disk full.
    ['a full device', '/dev/full', /no space|ENOSPC/],
  ])('cannot be written: %s', async (_, name, found) => {
    const path = name.startsWith('/') ? name : file(name)
    const error = await errorOf(writeResults(path, sample))
    expect(error.code).toBe('FILE_UNWRITABLE')
    expect(error.message).toContain(path)
    expect(error.found).toMatch(found)
    expect(error.remedy).toBeDefined()
  })

  it('stays as it was where there is no room for another', async () => {
    await writeFile(file('kept.json'), 'earlier')
    // No file may grow beyond so many blocks: what a full disk is to a write, without a disk of one's own.
    const program = `
      const { writeResults } = await import(${JSON.stringify(fileURLToPath(new URL('../../src/result/file.ts', import.meta.url)))})
      const { sampleResults } = await import(${JSON.stringify(fileURLToPath(new URL('../report/sample-results.ts', import.meta.url)))})
      const failed = await writeResults(${JSON.stringify(file('kept.json'))}, sampleResults({ runsPerRound: 100 })).catch((error) => error)
      console.log(failed.code, failed.found)`
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -f 64; exec "$0" --import tsx --input-type=module -e "$1"',
      process.execPath,
      program,
    ])
    expect(stdout).toMatch(/^FILE_UNWRITABLE .*EFBIG/)
    expect(await readFile(file('kept.json'), 'utf8')).toBe('earlier')
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a damaged file of results', () => {
  it.each([
    ['', 'an empty file'],
    ['{"schema": "edge-bench/1", "begun"', 'JSON'],
    ['<html>', 'JSON'],
  ])('%j is not JSON', async (changed, found) => {
    const error = await parsing(changed)
    expect(error.code).toBe('RESULTS_INVALID')
    expect(error.message).toContain('a.json')
    expect(error.message).toContain(found)
  })

  it.each([
    ['{}', 'no schema', /--json/],
    ['[1]', 'no schema', /--json/],
    ['null', 'no schema', /--json/],
    ['{"schema":"edge-bench/2"}', '"edge-bench/2"', /version of edge-trt/],
    ['{"schema":7}', '7', /--json/],
    ['{"schema":[7]}', 'a list, an object or null', /--json/],
  ])('%s is of another format', async (changed, found, remedy) => {
    const error = await parsing(changed)
    expect(error.code).toBe('RESULTS_INVALID')
    expect(error.expected).toBe('"schema": "edge-bench/1"')
    expect(error.found).toBe(found)
    expect(error.remedy).toMatch(remedy)
  })

  it('is nested more deeply than it could be written', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    for (const name of ['schema', 'begun']) {
      expect((await parsing(`{"${name}":${deep}}`)).code).toBe('RESULTS_INVALID')
    }
  })

  it('has something wrong: the error names the place', async () => {
    const error = await parsing(text.replace('"threads":1', '"threads":"one"'))
    expect(error.code).toBe('RESULTS_INVALID')
    expect(error.summary).toContain('models[0].threads')
  })

  it('has something that nobody knows: the error names it', async () => {
    const error = await parsing(with_((results) => Object.assign(results, { colour: 'red' })))
    expect(error.message).toContain('colour')
  })

  it('cut off anywhere is said to be damaged', async () => {
    const random = new Random(1, 'cuts')
    for (let cut = 0; cut < 50; cut += 1) {
      const error = await parsing(text.slice(0, random.below(text.length - 2)))
      expect(error.code).toBe('RESULTS_INVALID')
    }
  })

  const model = sample.models[0]
  if (model === undefined) throw new Error('the sample has no model')
  const contradictions: readonly (readonly [string, Partial<ResultFile>, string])[] = [
    ['two models of one id', { models: [model, model] }, 'models[1].id'],
    [
      'a sample without its time',
      { models: [{ ...model, samplesAtMs: model.samplesAtMs.slice(1) }] },
      'models[0].samplesAtMs',
    ],
    ['a sample without its round', { models: [{ ...model, rounds: [] }] }, 'models[0].rounds'],
    ['pictures of some samples', { models: [{ ...model, samplesOf: [0] }] }, 'models[0].samplesOf'],
    ['a picture that is not there', { images: [] }, 'models[0].samplesOf'],
    ['a ratio to nothing', { models: [model] }, 'ratios[0].id'],
  ]
  it.each(contradictions)('%s is a contradiction', async (_, change, place) => {
    const error = await parsing(JSON.stringify({ ...sample, ...change }))
    expect(error.code).toBe('RESULTS_INVALID')
    expect(error.summary).toContain(`at ${place}`)
  })

  it('has an extreme that is none of its samples', async () => {
    const latencyMs = { ...model.latencyMs, max: { ms: 1, index: 99 } }
    const error = await parsing(JSON.stringify({ ...sample, models: [{ ...model, latencyMs }], ratios: [] }))
    expect(error.summary).toContain('models[0].latencyMs.max.index')
  })
})

describe('samplesByRound', () => {
  it('has a list for each round that there was, in the order of rounds', () => {
    expect(samplesByRound({ samplesMs: [1, 2, 3, 4], rounds: [2, 0, 2, 0] })).toEqual([
      [2, 4],
      [1, 3],
    ])
  })
})
