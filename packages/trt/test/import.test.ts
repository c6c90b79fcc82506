import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
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
  libraries: process.report.getReport().sharedObjects.filter((path) => /\\.node$|vips|tensorflow|onnxruntime|nvinfer|libcuda/.test(path)),
})`

const VALUES = [
  'Classifier',
  'ERROR_CODES',
  'EdgeError',
  'FeatureExtractor',
  'NewestFrames',
  'PRESETS',
  'PRESET_NAMES',
  'Request',
  'Session',
  'SmoothedClassifier',
  'Tensor',
  'buildEngine',
  'calibrationBatches',
  'defaultModelPath',
  'describeImageLibraries',
  'describeRuntimes',
  'isErrorCode',
  'preprocess',
]
const TYPES = [
  'BackendDescription',
  'BackendProblem',
  'BuildEngineOptions',
  'BuildProgress',
  'BuiltEngineFile',
  'CalibrationBatch',
  'CalibrationBatchesOptions',
  'CalibrationMethod',
  'CalibrationOptions',
  'ChannelOrder',
  'ChannelQuantization',
  'ClassReference',
  'ClassScores',
  'Classification',
  'ClassifiedPicture',
  'ClassifierOptions',
  'ClassifyOptions',
  'ClassifyTiming',
  'DType',
  'DeviceFrame',
  'DeviceTimes',
  'EdgeErrorOptions',
  'ErrorCode',
  'ExternalDelegate',
  'ExtractedPicture',
  'FailedFrame',
  'FailedPicture',
  'FeatureExtractorOptions',
  'FeaturePooling',
  'FeatureResult',
  'FrameLayout',
  'FrameResult',
  'GpuInfo',
  'ImageLibraries',
  'ImageSource',
  'IsolationOptions',
  'LabelSource',
  'LayerTime',
  'LibraryInfo',
  'MajorityClass',
  'ModelLike',
  'NewestFramesOptions',
  'Normalization',
  'Nv12Pixels',
  'OutputKind',
  'PictureModelOptions',
  'PictureOptions',
  'PictureResult',
  'PixelLayout',
  'Precision',
  'PreprocessOptions',
  'PreprocessTiming',
  'Preprocessing',
  'PreprocessingOptions',
  'Preset',
  'PresetName',
  'Quantization',
  'RankedClass',
  'RawPixels',
  'RequestOptions',
  'Resize',
  'ResizeKernel',
  'RunOptions',
  'RunTiming',
  'Scorer',
  'SelectionOptions',
  'SessionOptions',
  'ShapeRange',
  'ShrinkOnLoad',
  'SignatureInfo',
  'SmoothedClassification',
  'SmoothingOptions',
  'Sources',
  'TensorInfo',
  'TensorRtOptions',
  'TensorWriter',
  'TypedArrayOf',
  'TypedArrays',
  'UnextractedPicture',
  'WebByteReader',
  'WebByteStream',
  'WebBytes',
  'WorkedFrame',
  'XnnpackOptions',
]

describe("import '@edge/trt'", () => {
  const imported = run(`import * as edge from '@edge/trt'; console.log(${REPORT})`, 'module')

  // A name that is gone breaks programs, and one that is new is a promise: either is a decision.
  it('has these names, and no others', () => {
    expect(imported).toMatchObject({ names: VALUES })
  })

  it('has these types, and no others', () => {
    const declarations = readFileSync(`${packageRoot}/dist/index.d.ts`, 'utf8')
    expect(declarations).not.toMatch(/export \*/)
    const lists = [...declarations.matchAll(/^export \{(.+?)\}/gms)].flatMap((match) =>
      (match[1] ?? '').split(','),
    )
    const names = lists.map((name) => name.replace(/^\s*type\s|\s/g, ''))
    expect(names.filter((name) => !VALUES.includes(name)).sort()).toEqual(TYPES)
  })

  it('loads no addon, no vendor library and no sharp', () => {
    expect(imported).toMatchObject({ libraries: [] })
  })

  it('loads no part of Node.js that only some programs need', () => {
    const script = `
      const before = new Set(process.moduleLoadList)
      await import('@edge/trt')
      const loaded = process.moduleLoadList.filter((module) => !before.has(module))
      console.log(JSON.stringify(loaded.map((module) => module.replace('NativeModule ', ''))))`
    const loaded = run(script, 'module')
    expect(loaded).toEqual(expect.arrayContaining(['os']))
    for (const module of ['child_process', 'crypto', 'net', 'worker_threads', 'tty'])
      expect(loaded).not.toContain(module)
  })

  it.each([
    '@edge/errors',
    '@edge/native',
    '@edge/model',
    '@edge/runtime',
    '@edge/image',
    '@edge/classify',
    '.',
  ])('loads one file of %s', (name) => {
    const require = createRequire(`${packageRoot}/dist/index.js`)
    const index = require.resolve(name === '.' ? '@edge/trt' : name)
    expect(readFileSync(index, 'utf8')).not.toMatch(/^(import|export) [^(]*?from "\.|^import "\./m)
  })

  // Which it does for what is imported and written as CommonJS: sharp would take three times as long to load.
  it('has Node.js parse no CommonJS for its exports, with sharp neither', () => {
    // Node.js 24 has its parser there from the start, and tells nothing here.
    const script = `
      const before = new Set(process.moduleLoadList)
      const { describeImageLibraries } = await import('@edge/trt')
      await describeImageLibraries()
      const { sharedObjects } = process.report.getReport()
      console.log(JSON.stringify({
        sharp: sharedObjects.some((path) => path.includes('vips')),
        parsers: process.moduleLoadList.filter((module) => module.includes('lexer') && !before.has(module)),
      }))`
    expect(run(script, 'module')).toEqual({ sharp: true, parsers: [] })
  })

  it.each([
    ['module', "(await import('sharp')).default", 'await import'],
    ['commonjs', "require('sharp')", 'require'],
  ] as const)('leaves the settings alone of a sharp that a %s loaded', (type, load, way) => {
    const script = `(async () => {
      const sharp = ${load}
      sharp.concurrency(3)
      const { describeImageLibraries } = ${way}('@edge/trt')
      await describeImageLibraries()
      console.log(sharp.concurrency())
    })()`
    expect(run(script, type)).toBe(3)
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
