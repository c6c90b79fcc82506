import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { nodeCases, runNodeCase } from './onnx-node-tests/node-case.js'
import reference from './onnx-node-tests/reference.json' with { type: 'json' }
import unsupported from './onnx-node-tests/unsupported.json' with { type: 'json' }

// Every 26th test in the fast tier: some of each letter of the alphabet.
const EVERY = process.env.EDGE_TEST_TIER === 'full' ? 1 : 26

const cases = nodeCases()
const failingInPython = new Set(reference.failing)
const unsupportedHere = new Set([...unsupported.text, ...unsupported.sequencesAndOptionals])
const passing = cases.filter((name) => !failingInPython.has(name) && !unsupportedHere.has(name))

const sampled = (names: Iterable<string>): string[] => [...names].filter((_, index) => index % EVERY === 0)

it('all of ONNX’s tests are there, and the lists name none but them', () => {
  expect(cases).toHaveLength(reference.cases)
  expect(cases).toEqual(expect.arrayContaining([...failingInPython, ...unsupportedHere]))
  expect([...unsupportedHere].filter((name) => failingInPython.has(name))).toEqual([])
})

describe('ONNX’s tests that Python’s onnxruntime passes', () => {
  it.concurrent.each(sampled(passing))('%s', async (name) => {
    expect(await runNodeCase(name)).toBeUndefined()
  })
})

describe('those with inputs or outputs that are not numbers', () => {
  it.concurrent.each(sampled(unsupportedHere))('%s is refused', async (name) => {
    await expect(runNodeCase(name)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
  })
})

describe('those that Python’s onnxruntime fails', () => {
  it.concurrent.each(sampled(failingInPython))('%s ends', async (name) => {
    const end = await runNodeCase(name).catch((error: unknown) => error)
    if (typeof end !== 'string') expect(end).toBeInstanceOf(EdgeError)
  })
})
