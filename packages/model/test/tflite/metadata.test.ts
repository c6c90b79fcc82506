import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  appendAssociatedFiles,
  editTflite,
  makeMetadataTable,
  makeTable,
  readAssociatedFiles,
  readMetadata,
  readMetadataTable,
  readTflite,
  validateTflite,
  withMetadataTable,
  writeMetadata,
  writeTflite,
} from '../../src/tflite/index.js'
import { reference } from './real-models.js'
import { convolution, tinyModel } from './tiny-models.js'

const tiny = writeTflite(tinyModel(convolution))

const complete = {
  name: 'Birds',
  description: 'Tells birds apart',
  version: 'v2',
  author: 'someone',
  license: 'Apache-2.0',
  inputs: [
    {
      name: 'image',
      description: 'A picture',
      range: { min: [-1], max: [1] },
      normalization: { mean: [127.5, 127], std: [127.5, 128] },
      colorSpace: 'rgb' as const,
    },
  ],
  outputs: [
    { name: 'probability', range: { min: [0], max: [1] }, labels: ['robin', 'wren', 'Müller’s barbet'] },
  ],
}

describe('TFLite Metadata', () => {
  it('is not there unless it was written', () => {
    expect(readMetadata(tiny)).toBeUndefined()
    expect(readAssociatedFiles(tiny).size).toBe(0)
  })

  it('is read as it was written, with labels as a file', () => {
    const file = writeMetadata(tiny, complete)
    const read = readMetadata(file)
    expect(read).toEqual({ ...complete, files: expect.any(Map) })
    expect(Buffer.from(read?.files.get('labels.txt') ?? []).toString()).toBe('robin\nwren\nMüller’s barbet')
    expect(() => validateTflite(file)).not.toThrow()
  })

  it('keeps what is not written anew', () => {
    const before = writeMetadata(writeMetadata(tiny, complete), {
      files: new Map([['more.bin', Uint8Array.of(1)]]),
    })
    const after = writeMetadata(before, { name: 'Fish', outputs: [{ labels: ['cod', 'eel', 'ide'] }] })
    expect(readMetadata(after)).toMatchObject({
      ...complete,
      name: 'Fish',
      outputs: [{ ...complete.outputs[0], labels: ['cod', 'eel', 'ide'] }],
    })
    expect([...readAssociatedFiles(after).keys()].sort()).toEqual(['labels.txt', 'more.bin'])
    expect(readTflite(after).buffers).toHaveLength(readTflite(before).buffers?.length ?? 0)
  })

  it('keeps fields that the helpers have no name for', () => {
    const table = makeMetadataTable('ModelMetadata', {
      minParserVersion: '1.5.0',
      subgraphMetadata: [
        makeMetadataTable('SubGraphMetadata', {
          customMetadata: [makeMetadataTable('CustomMetadata', { name: 'c', data: Uint8Array.of(7) })],
          inputTensorMetadata: [
            makeMetadataTable('TensorMetadata', {
              dimensionNames: ['batch', 'height'],
              processUnits: [
                makeMetadataTable('ProcessUnit', {
                  options: {
                    type: 'RegexTokenizerOptions',
                    value: makeMetadataTable('RegexTokenizerOptions', { delimRegexPattern: '\\s' }),
                  },
                }),
              ],
            }),
          ],
        }),
      ],
    })
    const model = withMetadataTable(readTflite(tiny), table)
    expect(readMetadataTable(readTflite(writeTflite(model)))).toEqual(table)
    const written = readMetadataTable(readTflite(writeMetadata(writeTflite(model), complete)))
    const [input] = written?.subgraphMetadata?.[0]?.inputTensorMetadata ?? []
    expect(input?.dimensionNames).toEqual(['batch', 'height'])
    expect(input?.processUnits?.map(({ options }) => options?.type)).toEqual([
      'RegexTokenizerOptions',
      'NormalizationOptions',
    ])
    expect(written?.subgraphMetadata?.[0]?.customMetadata).toEqual(
      table.subgraphMetadata?.[0]?.customMetadata,
    )
    expect(written?.minParserVersion).toBe('1.5.0')
  })

  it('refuses entries for tensors that the model does not have, and labels that are no lines', () => {
    expect(() => writeMetadata(tiny, { inputs: [{}, {}] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', expected: 'at most 1', found: '2' }),
    )
    expect(() => writeMetadata(tiny, { outputs: [{ labels: ['a\nb', 'c', 'd'] }] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', found: '"a\\nb"' }),
    )
  })
})

describe('metadata that make no sense', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'the document'],
    ['a list', [], 'the document'],
    ['a misspelt field', { titel: 'a' }, 'titel'],
    ['a name that is a number', { name: 5 }, 'name'],
    ['inputs that are no list', { inputs: {} }, 'inputs'],
    ['a misspelt field of an input', { inputs: [{ normalisation: {} }] }, 'inputs[0].normalisation'],
    ['a misspelt mean', { inputs: [{ normalization: { means: [1] } }] }, 'inputs[0].normalization.means'],
    ['a mean that is a number', normalized(127, [1]), 'inputs[0].normalization.mean'],
    ['a mean that is text', normalized('127', [1]), 'inputs[0].normalization.mean'],
    ['a std of zero', normalized([1], [0]), 'inputs[0].normalization.std[0]'],
    ['a std that float32 rounds to zero', normalized([1], [1e-50]), 'inputs[0].normalization.std[0]'],
    ['a mean that is NaN', normalized([Number.NaN], [1]), 'inputs[0].normalization.mean[0]'],
    ['a mean beyond float32', normalized([1e39], [1]), 'inputs[0].normalization.mean[0]'],
    ['more means than stds', normalized([1, 2], [1]), 'inputs[0].normalization.std'],
    ['other means than channels', normalized([1, 2, 3], [1, 1, 1]), 'inputs[0].normalization.mean'],
    ['a range without an end', { inputs: [{ range: { min: [0] } }] }, 'inputs[0].range.max'],
    ['an unknown colour space', { inputs: [{ colorSpace: 'bgr' }] }, 'inputs[0].colorSpace'],
    ['labels in one text', { outputs: [{ labels: 'a,b' }] }, 'outputs[0].labels'],
    ['fewer labels than classes', { outputs: [{ labels: ['a', 'b'] }] }, 'outputs[0].labels'],
    ['an empty label', { outputs: [{ labels: ['a', '', 'b'] }] }, 'outputs[0].labels[1]'],
    ['a label of a space', { outputs: [{ labels: ['a', 'b', ' '] }] }, 'outputs[0].labels[2]'],
    ['files that are no map', { files: { a: 'b' } }, 'files'],
    ['a file that is text', { files: new Map([['a', 'b']]) }, 'files "a"'],
  ])('are refused: %s', (_, metadata, place) => {
    // As JavaScript calls it, which knows no types.
    expect(() => Reflect.apply(writeMetadata, undefined, [tiny, metadata])).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        summary: `the metadata cannot be written: ${place} is wrong`,
        expected: expect.any(String),
        found: expect.any(String),
      }),
    )
  })

  it('are not what was read, which may be written again', () => {
    const read = readMetadata(writeMetadata(tiny, complete))
    expect(readMetadata(writeMetadata(tiny, read ?? {}))).toEqual(read)
  })
})

function normalized(mean: unknown, std: unknown): unknown {
  return { inputs: [{ normalization: { mean, std } }] }
}

describe('the files behind a model', () => {
  const files = new Map([
    ['labels.txt', Buffer.from('a\nb')],
    ['empty', new Uint8Array(0)],
  ])

  it('are found in memory of any alignment', () => {
    const file = appendAssociatedFiles(tiny, files)
    const shifted = Buffer.concat([Buffer.of(0), file]).subarray(1)
    expect(
      [...readAssociatedFiles(shifted)].map(([name, data]) => [name, Buffer.from(data).toString()]),
    ).toEqual([
      ['labels.txt', 'a\nb'],
      ['empty', ''],
    ])
  })

  it('are the same bytes every time', () => {
    expect(Buffer.compare(appendAssociatedFiles(tiny, files), appendAssociatedFiles(tiny, files))).toBe(0)
    expect(appendAssociatedFiles(tiny, new Map())).toBe(tiny)
  })

  it('are refused where they unpack to more than they may', () => {
    const file = appendAssociatedFiles(tiny, new Map([['zeros', new Uint8Array(1000)]]))
    expect(() => readAssociatedFiles(file, { maxBytes: 999 })).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', expected: 'at most 999 bytes in all files' }),
    )
    expect(readAssociatedFiles(file, { maxBytes: 1000 }).get('zeros')).toHaveLength(1000)
  })

  it('are refused where the file is cut off inside them', () => {
    const whole = writeMetadata(tiny, complete)
    const model = whole.length - appendAssociatedFiles(new Uint8Array(0), readAssociatedFiles(whole)).length
    for (const by of [1, 22, 100, whole.length - model - 4]) {
      const cut = whole.subarray(0, -by)
      for (const act of [
        readMetadata,
        readAssociatedFiles,
        (file: Uint8Array) => editTflite(file, (m) => m),
      ]) {
        expect(() => act(cut), `${by} bytes`).toThrow(
          expect.objectContaining({
            code: 'MODEL_INVALID',
            expected: "an archive with its directory, at the file's end",
          }),
        )
      }
    }
  })

  it('are none where the model itself holds an archive', () => {
    const archive = appendAssociatedFiles(new Uint8Array(0), files)
    const data = Buffer.concat([archive, Buffer.alloc(64)])
    const model = tinyModel(convolution)
    const buffers = [...(model.buffers ?? []), makeTable('Buffer', { data })]
    expect(readAssociatedFiles(writeTflite({ ...model, buffers })).size).toBe(0)
  })

  it('are refused where the archive is cut off at its beginning', () => {
    const file = appendAssociatedFiles(tiny, files)
    expect(() => readAssociatedFiles(file.subarray(-40))).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID' }),
    )
  })
})

const tool = process.env.TFLITE_SUPPORT_PYTHON

describe.skipIf(tool === undefined)(
  'TFLite Metadata, beside tflite-support (skipped unless TFLITE_SUPPORT_PYTHON names a Python that has it; see ../reference)',
  () => {
    let directory: string
    const at = (name: string) => join(directory, name)
    const run = (...parameters: string[]) =>
      execFileSync(tool ?? '', [reference('tflite_metadata.py'), ...parameters]).toString()

    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'edge-metadata-'))
    })
    afterAll(() => rmSync(directory, { recursive: true }))

    it('is read where it wrote', () => {
      writeFileSync(at('in.tflite'), tiny)
      writeFileSync(at('labels.txt'), 'robin\nwren\nmüsli')
      run('write', at('in.tflite'), at('labels.txt'), at('out.tflite'))
      expect(readMetadata(readFileSync(at('out.tflite')))).toMatchObject({
        name: 'ImageClassifier',
        inputs: [
          {
            normalization: { mean: [127.5], std: [127.5] },
            colorSpace: 'rgb',
            range: { min: [-1], max: [1] },
          },
        ],
        outputs: [{ name: 'probability', labels: ['robin', 'wren', 'müsli'] }],
      })
    })

    it('is read by it where we wrote', () => {
      writeFileSync(at('ours.tflite'), writeMetadata(tiny, complete))
      expect(JSON.parse(run('read', at('ours.tflite')))).toMatchObject({
        metadata: {
          name: 'Birds',
          author: 'someone',
          subgraph_metadata: [
            {
              input_tensor_metadata: [
                {
                  content: { content_properties: { color_space: 'RGB' } },
                  process_units: [{ options: { mean: [127.5, 127], std: [127.5, 128] } }],
                },
              ],
              output_tensor_metadata: [
                { associated_files: [{ name: 'labels.txt', type: 'TENSOR_AXIS_LABELS' }] },
              ],
            },
          ],
        },
        files: { 'labels.txt': 'robin\nwren\nMüller’s barbet' },
      })
    })
  },
)
