import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { modelPath } from '@edge/model-efficientnet-lite0'
import { describe, expect, it } from 'vitest'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** Runs a script where `@edge/trt` can be imported, and parses what it prints. */
function run(script: string, type: 'module' | 'commonjs'): unknown {
  const args = [`--input-type=${type}`, '--eval', script]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: packageRoot, encoding: 'utf8' }))
}

const REPORT = `JSON.stringify({
  names: Object.keys(edge).sort(),
  libraries: process.report.getReport().sharedObjects.filter((path) => /\\.node$|vips|tensorflow/.test(path)),
})`

describe("import '@edge/trt'", () => {
  const imported = run(`import * as edge from '@edge/trt'; console.log(${REPORT})`, 'module')

  it('has what users need', () => {
    expect(imported).toMatchObject({
      names: expect.arrayContaining(['Classifier', 'EdgeError', 'Session', 'describeRuntimes', 'preprocess']),
    })
  })

  it('loads no addon, no vendor library and no sharp', () => {
    expect(imported).toMatchObject({ libraries: [] })
  })

  it('works with require(), too', () => {
    expect(run(`const edge = require('@edge/trt'); console.log(${REPORT})`, 'commonjs')).toMatchObject({
      names: expect.arrayContaining(['Classifier', 'EdgeError', 'Session']),
      libraries: [],
    })
  })

  it('knows where the default model is', () => {
    const script =
      "import { defaultModelPath } from '@edge/trt'; console.log(JSON.stringify(defaultModelPath()))"
    expect(run(script, 'module')).toBe(modelPath())
  })
})
