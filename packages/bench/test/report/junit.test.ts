import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { junitReport } from '../../src/report/junit.js'
import { hostileFragments, hostileTexts } from './hostile-text.js'
import { sampleResults } from './sample-results.js'

interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly Element[]
}

/** As Python's parser, expat, reads it; it refuses what is not well-formed. */
async function parseXml(xml: string): Promise<Element> {
  const program = `
import json, sys
from xml.etree import ElementTree
def tree(e): return {'tag': e.tag, 'attributes': e.attrib, 'text': e.text or '', 'children': [tree(c) for c in e]}
print(json.dumps(tree(ElementTree.fromstring(sys.stdin.buffer.read()))))`
  const running = promisify(execFile)('python3', ['-c', program], { maxBuffer: 1e8 })
  running.child.stdin?.end(xml)
  const { stdout } = await running
  const root: Element = JSON.parse(stdout)
  return root
}

function all(element: Element, tag: string): readonly Element[] {
  return [...(element.tag === tag ? [element] : []), ...element.children.flatMap((child) => all(child, tag))]
}

// What XML has no way to write.
const UNWRITABLE = /(?![\t\n\r\u007f-\u009f])\p{Cc}|\p{Cs}|\uffff/gu

describe('JUnit', () => {
  it('has a case for each model, and says what became of it', async () => {
    const root = await parseXml(junitReport(sampleResults({ runsPerRound: 60 })))
    expect(root.tag).toBe('testsuites')
    const [suite] = all(root, 'testsuite')
    expect(suite?.attributes).toMatchObject({
      name: 'sample',
      // The sensors are one.
      tests: '12',
      failures: '0',
      errors: '1',
      skipped: '1',
    })
    const outcomes = Object.fromEntries(
      all(root, 'testcase').map(({ attributes, children }) => [
        attributes.name,
        children.flatMap(({ tag, attributes: { type, message } }) =>
          tag === 'system-out' ? [] : [[tag, type, message]],
        ),
      ]),
    )
    expect(outcomes).toMatchObject({
      'mobilenet_v1/tflite/t1': [],
      'inception_v4/tflite/t1': [],
      sensors: [],
      'broken/tflite/t1': [['error', 'MODEL_INVALID', expect.stringContaining('truncated')]],
      'resnet18/tensorrt/t1': [['skipped', undefined, 'there is no GPU']],
    })
    const first = all(root, 'testcase')[0]
    expect(first?.attributes.classname).toBe('sample.tflite')
    expect(Number(first?.attributes.time)).toBeGreaterThan(1)
    expect(all(first ?? root, 'system-out')[0]?.text).toMatch(
      /^median 3\.\d+ \(.*\) ms of 600 inferences\np99 /,
    )
  })

  it('lets what is unreliable pass, and says so in its output: a busy machine breaks no build', async () => {
    const root = await parseXml(junitReport(sampleResults({ runsPerRound: 60 })))
    const unreliable = all(root, 'testcase').find(
      ({ attributes }) => attributes.name === 'inception_v4/tflite/t1',
    )
    expect(all(unreliable ?? root, 'system-out')[0]?.text).toMatch(
      /\nUNRELIABLE: the processor was throttled 3 times/,
    )
  })

  it('is red where the exit code is 1: pictures that cannot be decoded, and sensors that do not answer', async () => {
    const results = sampleResults({ models: 2, rounds: 1, runsPerRound: 1 })
    const models = results.models.map((model, at) => ({
      ...model,
      error: undefined,
      warnings: [
        ...(at === 0 ? [{ code: 'pictures-left-out', message: '1 of 2', unreliable: false }] : []),
        { code: 'sensors-failed', message: 'fan: EIO', unreliable: false },
      ],
    }))
    const root = await parseXml(junitReport({ ...results, models }))
    expect(root.attributes).toMatchObject({ failures: '2', errors: '0' })
    expect(
      all(root, 'testcase').flatMap((one) =>
        all(one, 'failure').map(({ attributes: { type, message } }) => [one.attributes.name, type, message]),
      ),
    ).toEqual([
      ['mobilenet_v1/tflite/t1', 'pictures-left-out', '1 of 2'],
      ['sensors', 'sensors-failed', 'fan: EIO'],
    ])
  })

  it('has the last lines of what crashed', async () => {
    const results = sampleResults({ models: 1, rounds: 1, runsPerRound: 1 })
    const error = { code: 'SUBJECT_FAILED', message: 'it ended', lastWords: ['Traceback', ' <x> & y'] }
    const root = await parseXml(
      junitReport({ ...results, models: results.models.map((model) => ({ ...model, error })) }),
    )
    expect(all(root, 'system-err')[0]?.text).toBe('Traceback\n <x> & y')
  })

  it.each([
    ['offline', 30],
    ['server', 30],
    ['single-stream', 60],
  ] as const)('has the time that was worked: %s', async (scenario, ms) => {
    const results = sampleResults({ models: 1, rounds: 1, runsPerRound: 1 })
    const models = results.models.slice(0, 1).map((model) => ({
      ...model,
      scenario,
      // Three under way at once.
      ...{ samplesMs: [10_000, 20_000, 30_000], samplesAtMs: [500, 500, 500], rounds: [0, 0, 0] },
    }))
    const root = await parseXml(junitReport({ ...results, models }))
    expect(all(root, 'testcase')[0]?.attributes.time).toBe(`${ms}.000`)
    expect(root.attributes.time).toBe(`${ms}.000`)
  })

  it('gives every name back that XML can write', async () => {
    const names = [...hostileFragments, ...hostileTexts(200, 3)]
    const results = sampleResults({ models: 1, rounds: 1, runsPerRound: 1 })
    const [model] = results.models
    if (model === undefined) throw new Error('the sample has no model')
    const root = await parseXml(
      junitReport({ ...results, models: names.map((id) => ({ ...model, id, skipped: id })) }),
    )
    const writable = (name: string) => name.replace(UNWRITABLE, '\ufffd')
    expect(all(root, 'testcase').map(({ attributes }) => attributes.name)).toEqual([
      ...names.map(writable),
      'sensors',
    ])
    expect(all(root, 'skipped').map(({ attributes }) => attributes.message)).toEqual(names.map(writable))
  })
})
