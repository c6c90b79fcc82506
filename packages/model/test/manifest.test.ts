import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { checkInputOptions, parseManifest } from '../src/index.js'

const COMPLETE = {
  manifestVersion: 1,
  name: 'efficientnet-lite0',
  description: 'A model of 1000 classes',
  license: 'Apache-2.0',
  files: ['a.tflite', 'b.tflite'],
  input: {
    width: 224,
    height: 224,
    layout: 'NHWC',
    channels: 'rgb',
    resize: { fit: 'cover-crop', cropRatio: 0.875, kernel: 'bicubic' },
    mean: [127, 127, 127],
    std: [128, 128, 128],
  },
  output: { kind: 'logits' },
  labels: 'labels.txt',
}

function parse(document: unknown) {
  return parseManifest(new TextEncoder().encode(JSON.stringify(document)), 'model.json')
}

function failure(document: unknown): EdgeError {
  try {
    parse(document)
  } catch (error) {
    if (error instanceof EdgeError) return error
    throw error
  }
  throw new Error('the manifest was accepted')
}

/** The complete manifest with one field of `input` changed. */
function withInput(change: Record<string, unknown>) {
  return { ...COMPLETE, input: { ...COMPLETE.input, ...change } }
}

describe('parseManifest', () => {
  it('returns what a complete manifest says', () => {
    expect(parse(COMPLETE)).toEqual(COMPLETE)
  })

  it('takes every way to resize and to normalise', () => {
    for (const input of [
      { resize: { fit: 'contain', pad: [114, 114, 114], kernel: 'nearest', antialias: false } },
      { resize: { fit: 'contain', pad: [0] } },
      { resize: { fit: 'cover-crop', rounding: 'torchvision' } },
      { scale: [1 / 255] },
      { scale: [-1], offset: [255] },
      { offset: [-1, -2, -3] },
    ]) {
      expect(parse({ manifestVersion: 1, name: 'm', input }).input).toEqual(input)
    }
  })

  it('asks for no more than version and name', () => {
    expect(parse({ manifestVersion: 1, name: 'm' })).toEqual({ manifestVersion: 1, name: 'm' })
    expect(parse({ manifestVersion: 1, name: 'm', input: {} }).input).toEqual({})
  })

  it('takes labels in line', () => {
    expect(parse({ manifestVersion: 1, name: 'm', labels: ['cat', 'dog'] }).labels).toEqual(['cat', 'dog'])
  })

  it('takes a byte order mark for what it is', () => {
    const bytes = new TextEncoder().encode('\uFEFF{"manifestVersion":1,"name":"m"}')
    expect(parseManifest(bytes, 'model.json').name).toBe('m')
  })

  it.each<[string, unknown]>([
    ['manifestVersion', { ...COMPLETE, manifestVersion: '1' }],
    ['manifestVersion', { ...COMPLETE, manifestVersion: 0 }],
    ['manifestVersion', { name: 'm' }],
    ['name', { manifestVersion: 1 }],
    ['name', { ...COMPLETE, name: '' }],
    ['name', { ...COMPLETE, name: 'a\u001b[2Jb' }],
    ['license', { ...COMPLETE, license: 7 }],
    ['licence', { ...COMPLETE, licence: 'MIT' }],
    ['__proto__', JSON.parse('{ "manifestVersion": 1, "name": "m", "__proto__": {} }')],
    ['files', { ...COMPLETE, files: [] }],
    ['files[1]', { ...COMPLETE, files: ['a', 7] }],
    ['input', { ...COMPLETE, input: [] }],
    ['input', { ...COMPLETE, input: null }],
    ['input.width', withInput({ width: 0 })],
    ['input.width', withInput({ width: 224.5 })],
    ['input.height', withInput({ height: 1e9 })],
    ['input.height', withInput({ height: '224' })],
    ['input.layout', withInput({ layout: 'nhwc' })],
    ['input.channels', withInput({ channels: 'gray' })],
    ['input.resise', withInput({ resise: {} })],
    ['input.resize.fit', withInput({ resize: { kernel: 'bilinear' } })],
    ['input.resize.fit', withInput({ resize: { fit: 'cover' } })],
    ['input.resize.antialias', withInput({ resize: { fit: 'stretch', antialias: 1 } })],
    ['input.resize.rounding', withInput({ resize: { fit: 'cover-crop', rounding: 'floor' } })],
    ['input.resize.rounding', withInput({ resize: { fit: 'contain', rounding: 'nearest' } })],
    ['input.resize.pad', withInput({ resize: { fit: 'cover-crop', pad: [0] } })],
    ['input.resize.pad', withInput({ resize: { fit: 'contain', pad: 0 } })],
    ['input.resize.pad', withInput({ resize: { fit: 'contain', pad: [0, 0] } })],
    ['input.resize.pad[1]', withInput({ resize: { fit: 'contain', pad: [0, 256, 0] } })],
    ['input.resize.pad[0]', withInput({ resize: { fit: 'contain', pad: [0.5] } })],
    ['input.scale', withInput({ scale: [1] })],
    ['input.offset', withInput({ offset: [1] })],
    ['input.scale[0]', { ...COMPLETE, input: { scale: [0] } }],
    ['input.scale', { ...COMPLETE, input: { scale: [1, 2] } }],
    ['input.offset', { ...COMPLETE, input: { offset: [1, 2, 3], channels: 'grey' } }],
    ['input.offset[0]', { ...COMPLETE, input: { offset: [null] } }],
    ['input.resize.kernel', withInput({ resize: { fit: 'stretch', kernel: 'area' } })],
    ['input.resize.cropRatio', withInput({ resize: { fit: 'cover-crop', cropRatio: 0 } })],
    ['input.resize.cropRatio', withInput({ resize: { fit: 'cover-crop', cropRatio: 1.1 } })],
    ['input.resize.cropRatio', withInput({ resize: { fit: 'stretch', cropRatio: 0.9 } })],
    ['input.resize.crop', withInput({ resize: { fit: 'stretch', crop: 1 } })],
    ['input.mean', withInput({ mean: [1, 2] })],
    ['input.mean[2]', withInput({ mean: [1, 2, null] })],
    ['input.mean', withInput({ channels: 'grey' })],
    ['input.std', withInput({ std: undefined })],
    ['input.std[0]', withInput({ std: [0, 1, 1] })],
    ['input.std[1]', withInput({ std: [1, -1, 1] })],
    ['output.kind', { ...COMPLETE, output: { kind: 'softmax' } }],
    ['output.kind', { ...COMPLETE, output: {} }],
    ['labels', { ...COMPLETE, labels: '' }],
    ['labels', { ...COMPLETE, labels: '../labels.txt' }],
    ['labels', { ...COMPLETE, labels: 'a/../../labels.txt' }],
    ['labels', { ...COMPLETE, labels: '/etc/passwd' }],
    ['labels', { ...COMPLETE, labels: '..\\labels.txt' }],
    ['labels', { ...COMPLETE, labels: [] }],
    ['labels[1]', { ...COMPLETE, labels: ['cat', ''] }],
    ['labels', { ...COMPLETE, labels: { 0: 'cat' } }],
    ['the document', []],
    ['the document', 'text'],
    ['the document', null],
  ])('refuses a wrong %s', (path, document) => {
    const error = failure(document)
    expect(error.code).toBe('MANIFEST_INVALID')
    expect(error.summary).toBe(`the manifest model.json is wrong at ${path}`)
    expect(error.expected).toBeDefined()
    expect(error.found).toBeDefined()
  })

  it('says that a newer manifest wants a newer version, not that its fields are wrong', () => {
    const error = failure({ manifestVersion: 2, title: 'm' })
    expect(error.code).toBe('MANIFEST_INVALID')
    expect(error.remedy).toBe('Update @edge/trt.')
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a comment', new TextEncoder().encode('// {}')],
    ['half a document', new TextEncoder().encode('{"manifestVersion":1,')],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseManifest(bytes, 'model.json')).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', summary: 'the manifest model.json is not JSON' }),
    )
  })
})

describe('checkInputOptions', () => {
  it('lets undefined options count as absent', () => {
    expect(checkInputOptions({ layout: undefined, channels: 'bgr' })).toEqual({ channels: 'bgr' })
  })

  it('names a wrong or unknown option', () => {
    expect(() => checkInputOptions({ topk: 3 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: expect.stringContaining('topk') }),
    )
    expect(() => checkInputOptions({ mean: [1] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: 'the option std is wrong' }),
    )
    expect(() => checkInputOptions({ mean: [Number.NaN], std: [1] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: expect.stringContaining('mean[0]') }),
    )
  })
})
