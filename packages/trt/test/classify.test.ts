import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { modelPath } from '@edge/model-efficientnet-lite0'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inFlags } from '../src/cli/in-flags.js'
import { edgeTrt, edgeTrtJson, expectFailure, type RunOptions } from './cli.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  const picture = sharp({
    create: { width: 300, height: 200, channels: 3, background: { r: 200, g: 120, b: 40 } },
  })
  await picture.clone().png().toFile(at('a.png'))
  await picture.clone().jpeg().toFile(at('b.jpg'))
  await writeFile(at('broken.jpg'), (await readFile(at('b.jpg'))).subarray(0, 300))
  await writeFile(at('empty.png'), '')
  await writeFile(at('text.png'), 'this is not a picture')
})
afterAll(() => rm(directory, { recursive: true }))

const json = (args: readonly string[], options?: RunOptions) => edgeTrtJson(['classify', ...args], options)

describe('edge-trt classify', () => {
  it('prints a table for each picture', async () => {
    const { code, stdout, stderr } = await edgeTrt(['classify', at('a.png'), at('b.jpg'), '--top', '2'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    // Not on a terminal: no colours.
    expect(stdout).not.toContain('\u001b')
    const [, first, second] = stdout.split('\n\n')
    for (const [block, name] of [
      [first, 'a.png'],
      [second, 'b.jpg'],
    ] as const) {
      const lines = block?.trimEnd().split('\n') ?? []
      expect(lines[0]).toBe(at(name))
      expect(lines[1]).toMatch(/#\s+score\s+class\s+label/)
      expect(lines[2]).toMatch(/^ {2}1 {2}[ \d]{3}\.\d\d % {2}[ \d]{5} {2}\S/)
      expect(lines[3]).toMatch(/^ {2}2 /)
      expect(lines[4]).toMatch(/decode .* ms · preprocess .* ms · inference .* ms · total .* ms/)
    }
  })

  it('prints one JSON document', async () => {
    const { code, document, stderr } = await json([
      at('a.png'),
      '--top',
      '3',
      '--threads',
      '1',
      '--backend',
      'tflite',
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const number = expect.any(Number)
    const entry = { index: number, label: expect.any(String), score: number }
    expect(document).toEqual({
      model: modelPath(),
      backend: 'tflite',
      results: [
        {
          source: at('a.png'),
          classes: [entry, entry, entry],
          timing: {
            decodeMs: number,
            preprocessMs: number,
            queueMs: number,
            inferenceMs: number,
            postprocessMs: number,
            totalMs: number,
          },
        },
      ],
      errors: [],
    })
  })

  it('goes on after bad pictures, and tells each', async () => {
    execFileSync('mkfifo', [at('pipe.jpg')])
    const sources = ['missing.png', 'a.png', 'broken.jpg', 'empty.png', 'text.png', 'pipe.jpg', 'b.jpg'].map(
      at,
    )
    const ended = await json([...sources, '--top', '1'])
    expectFailure(
      ended,
      1,
      'FILE_NOT_FOUND',
      'IMAGE_INVALID',
      'IMAGE_INVALID',
      'IMAGE_INVALID',
      'FILE_UNREADABLE',
    )
    const { results, errors } = ended.document
    expect(results.map(({ source }: { source: string }) => source)).toEqual([at('a.png'), at('b.jpg')])
    expect(errors).toEqual(
      ['missing.png', 'broken.jpg', 'empty.png', 'text.png', 'pipe.jpg'].map((name) => ({
        source: at(name),
        code: expect.any(String),
        message: expect.stringContaining(at(name)),
      })),
    )
  })

  it('shows a file name with control characters harmlessly', async () => {
    const { stderr } = await edgeTrt(['classify', at('\u001b[2Jred.png')])
    expect(stderr).not.toContain('\u001b')
    expect(stderr).toContain('\\u001b[2Jred.png')
  })

  it('uses a model, labels and preprocessing of its own', async () => {
    await mkdir(at('bare'), { recursive: true })
    await writeFile(at('bare/m.tflite'), await readFile(modelPath()))
    const labels = Array.from({ length: 1001 }, (_, index) => `name ${index}`)
    await writeFile(at('bare/labels.txt'), labels.join('\n'))
    const own = ['--model', at('bare/m.tflite'), '--labels', at('bare/labels.txt')]

    const offByOne = await json([at('a.png'), ...own])
    expectFailure(offByOne, 1, 'LABELS_MISMATCH')
    expect(offByOne.stderr).toContain('--label-offset 1')
    expect(offByOne.document).toMatchObject({ results: [], errors: [{ source: at('bare/m.tflite') }] })

    const mended = await json([at('a.png'), ...own, '--label-offset', '1', '--preset', 'efficientnet-lite'])
    expect(mended.code).toBe(0)
    const [best] = mended.document.results[0].classes
    expect(best.label).toBe(`name ${best.index + 1}`)
  })
})

describe('a wrong model', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['missing', 'FILE_NOT_FOUND', async () => {}],
    ['empty', 'MODEL_INVALID', () => writeFile(at('model-empty'), '')],
    [
      'truncated',
      'MODEL_INVALID',
      async () => {
        await writeFile(at('model-truncated'), await readFile(modelPath()))
        await truncate(at('model-truncated'), 1_000_000)
      },
    ],
    ['random', 'MODEL_INVALID', () => writeFile(at('model-random'), Buffer.alloc(10_000, 'k3\u0001é'))],
    ['a web page', 'MODEL_INVALID', () => writeFile(at('model-a web page'), '<!doctype html><html></html>')],
    ['a directory', 'FILE_UNREADABLE', () => mkdir(at('model-a directory'))],
    ['a picture', 'MODEL_INVALID', async () => writeFile(at('model-a picture'), await readFile(at('a.png')))],
    [
      'beside a broken manifest',
      'MANIFEST_INVALID',
      async () => {
        await writeFile(at('model-beside a broken manifest'), await readFile(modelPath()))
        await writeFile(at('model-beside a broken manifest.model.json'), '{ "manifestVersion": 1 }')
      },
    ],
  ])('is %s: %s', async (name, code, make) => {
    await make()
    const ended = await json([at('a.png'), at('b.jpg'), '--model', at(`model-${name}`)])
    expectFailure(ended, 1, code)
    expect(ended.document).toEqual({
      model: at(`model-${name}`),
      backend: null,
      results: [],
      errors: [{ source: at(`model-${name}`), code, message: expect.any(String) }],
    })
  })
})

describe('a model that was renamed', () => {
  it('is told of the manifest that does not list it, also where it fails for that', async () => {
    await mkdir(at('renamed'))
    const model = at('renamed/m.tflite')
    await writeFile(model, await readFile(modelPath()))
    await writeFile(
      at('renamed/model.json'),
      await readFile(new URL('./model.json', pathToFileURL(modelPath()))),
    )
    const { code, stderr, document } = await json([at('a.png'), '--model', model, '--top', '1'])
    expect(code).toBe(0)
    const warning = expect.stringMatching(/renamed\/model\.json is not used: .* not "m\.tflite"/)
    expect(stderr).toMatch(/^warning: .* is not used: .*\n$/)
    expect(document).toMatchObject({ results: [{ classes: [{ label: /^class / }] }], warnings: [warning] })
  })
})

describe('what a model returns', () => {
  const float32 = fileURLToPath(
    new URL('../../../.cache/models/efficientnet-lite0/efficientnet_lite0_fp32.tflite', import.meta.url),
  )

  it('is an error where it is said to be probabilities and is not', async () => {
    const ended = await json([at('a.png'), '--model', float32, '--output-kind', 'probabilities'])
    expectFailure(ended, 1, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain('--output-kind')
    expect(ended.document).toMatchObject({ results: [], errors: [{ source: at('a.png') }] })
  })
})

describe('advice', () => {
  it('names flags, and nothing that only a program can do', async () => {
    const long = at('long.png')
    await sharp({ create: { width: 5000, height: 1, channels: 3, background: '#222' } })
      .png()
      .toFile(long)
    await writeFile(at('latin1.txt'), Buffer.from('cat\nk\u00e4se\n', 'latin1'))
    const bare = ['--model', at('bare/m.tflite')]
    const said = await Promise.all([
      edgeTrt(['classify', long, ...bare, '--preset', 'efficientnet-lite']),
      edgeTrt(['classify', at('a.png'), ...bare, '--labels', at('bare/labels.txt')]),
      edgeTrt(['classify', at('a.png'), ...bare, '--labels', at('bare/labels.txt'), '--label-offset', '3']),
      edgeTrt(['classify', at('a.png'), ...bare, '--labels', at('latin1.txt')]),
    ])
    for (const ended of said) {
      expect(ended.code).toBe(1)
      expect(ended.stderr).not.toMatch(/edge-trt:|resize|labelOffset|option/)
    }
    expect(said[0]?.stderr).toMatch(/too long and narrow .*Cut it into pieces\.$/m)
    expect(said[1]?.stderr).toContain('set --label-offset 1')
    expect(said[2]?.stderr).toContain('1000 classes and --label-offset 3')
    expect(said[3]?.stderr).toMatch(/in line 2\. Convert it: iconv -f LATIN1 /)
  })

  it.each([
    [
      'too many pixels; expected at most 1. Make it smaller, or raise the option maxPixels.',
      'too many pixels; expected at most 1. Make it smaller.',
    ],
    [
      'Say it: the option outputKind (edge-trt: --output-kind), or the manifest.',
      'Say it: --output-kind, or the manifest.',
    ],
    ['the option threads is out of range', '--threads is out of range'],
    ['Use the preset raw.', 'Use --preset raw.'],
    [
      'the tflite backend has no option tensorrt; expected tensorrt for the tensorrt backend alone, found tensorrt for the tflite backend. Leave out the option tensorrt.',
      'the tflite backend has no option --allow-host-code; expected --allow-host-code for the tensorrt backend alone, found --allow-host-code for the tflite backend. Leave out --allow-host-code.',
    ],
    ['open it with tensorrt: { allowHostCode: true }: the code', 'open it with --allow-host-code: the code'],
    ['there is no picture at labelOffset.png', 'there is no picture at labelOffset.png'],
  ])('%s', (message, expected) => {
    expect(inFlags(message)).toBe(expected)
  })
})

describe('a machine that lacks something', () => {
  it('has no TFLite library', async () => {
    const ended = await json([at('a.png')], { env: { EDGE_TFLITE_LIBRARY: '/nonexistent' } })
    expectFailure(ended, 1, 'LIBRARY_NOT_FOUND')
    expect(ended.stderr).toContain('/nonexistent')
    expect(ended.document).toMatchObject({ backend: null, results: [] })
  })

  it('has no working directory', async () => {
    const after = `mkdir ${at('gone')} && cd ${at('gone')} && rmdir ${at('gone')}`
    const present = await edgeTrt(['classify', at('a.png'), '--top', '1'], { after })
    expect(present).toMatchObject({ code: 0, stderr: '' })
    const missing = await edgeTrt(['classify', 'a.png'], { after })
    expectFailure(missing, 1, 'FILE_NOT_FOUND')
    expect(missing.stderr).toContain('which has been deleted')
  })

  it('has no space left for what is written', async () => {
    for (const args of [['doctor'], ['classify', at('a.png'), '--json']]) {
      const { code, stderr } = await edgeTrt(args, { stdoutTo: '/dev/full' })
      expect(stderr).toMatch(/^error \[ENOSPC\]: .*no space left.*Free some, or write to another disk\.\n$/)
      expect(code).toBe(1)
    }
  })

  it.each([
    ['tensorrt', 'MODEL_UNSUPPORTED', 1],
    ['abacus', 'BACKEND_UNKNOWN', 2],
  ])('has no backend %s for a .tflite model', async (backend, code, exitCode) => {
    const ended = await edgeTrt(['classify', at('a.png'), '--backend', backend])
    expectFailure(ended, exitCode, code)
    expect(ended.stderr).toContain(`the ${code === 'BACKEND_UNKNOWN' ? '' : `${backend} backend`}`.trim())
    expect(ended.stdout).toBe('')
  })
})
