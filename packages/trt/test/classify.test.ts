import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modelPath } from '@edge/model-efficientnet-lite0'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, edgeTrt, type RunOptions } from './cli.js'

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

/** Every failure: an exit code of its own, no signal, no stack trace, one line on standard error for each error. */
function expectFailure({ code, signal, stderr }: Ended, exitCode: number, ...codes: string[]): void {
  expect(signal).toBeNull()
  expect(stderr.trimEnd().split('\n')).toEqual(
    codes.map((name) => expect.stringMatching(`^error \\[${name}\\]: .{20}`)),
  )
  expect(code).toBe(exitCode)
}

async function json(args: readonly string[], options?: RunOptions) {
  const ended = await edgeTrt(['classify', ...args, '--json'], options)
  return { ...ended, document: JSON.parse(ended.stdout) }
}

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
    const sources = ['missing.png', 'a.png', 'broken.jpg', 'empty.png', 'text.png', '', 'b.jpg'].map(at)
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
      ['missing.png', 'broken.jpg', 'empty.png', 'text.png', ''].map((name) => ({
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

describe('a machine that lacks something', () => {
  it('has no TFLite library', async () => {
    const ended = await json([at('a.png')], { env: { EDGE_TFLITE_LIBRARY: '/nonexistent' } })
    expectFailure(ended, 1, 'LIBRARY_NOT_FOUND')
    expect(ended.stderr).toContain('/nonexistent')
    expect(ended.document).toMatchObject({ backend: null, results: [] })
  })

  it.each([
    ['tensorrt', 'BACKEND_UNAVAILABLE'],
    ['abacus', 'BACKEND_UNKNOWN'],
  ])('has no backend %s', async (backend, code) => {
    const ended = await edgeTrt(['classify', at('a.png'), '--backend', backend])
    expectFailure(ended, 1, code)
    expect(ended.stderr).toContain(`the ${code === 'BACKEND_UNKNOWN' ? '' : `${backend} backend`}`.trim())
    expect(ended.stdout).toBe('')
  })
})

describe('a wrong command line', () => {
  it.each([
    ['--top', '0'],
    ['--top', '-3'],
    ['--top', 'NaN'],
    ['--top', '1.5'],
    ['--top', '99999999999999999999'],
    ['--top', ''],
    ['--threads', '0'],
    ['--threads', '257'],
    ['--threads', 'all'],
    ['--preset', 'imagenet'],
    ['--output-kind', 'softmax'],
    ['--label-offset', 'one'],
    ['--model', ''],
  ])('has %s %j', async (flag, value) => {
    const ended = await json([at('a.png'), flag, value])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(flag)
    expect(ended.document).toMatchObject({ results: [], errors: [{ code: 'INVALID_ARGUMENT' }] })
  })

  it.each([[['classify']], [['classify', 'a.png', '--tpo', '3']], [['clasify', 'a.png']], [['--json']]])(
    'is %j',
    async (args) => {
      const ended = await edgeTrt(args)
      expectFailure(ended, 2, 'INVALID_ARGUMENT')
      expect(ended.stdout).toBe('')
    },
  )

  it('asks for more classes than there are', async () => {
    const ended = await json([at('a.png'), at('b.jpg'), '--top', '1001'])
    expectFailure(ended, 1, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain('from 1 to 1000')
    expect(ended.document).toMatchObject({ results: [], errors: [{ source: modelPath() }] })
  })

  it('is empty: shows how it is done', async () => {
    const { code, stderr } = await edgeTrt([])
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: edge-trt')
    expect(stderr).not.toContain('error [')
  })
})

describe('stopping', () => {
  const many = () => Array<string>(3000).fill(at('b.jpg'))

  it('ends in order at Ctrl-C, also when it arrives twice', async () => {
    const ended = await edgeTrt(['classify', ...many(), '--json'], {
      meanwhile: (child) => {
        // Standard output says nothing before the end; the model is loaded and pictures are under way by then.
        setTimeout(() => {
          child.kill('SIGINT')
          child.kill('SIGINT')
        }, 1500)
      },
    })
    expect(ended).toMatchObject({ code: 130, signal: null, stderr: '' })
    const { results, errors } = JSON.parse(ended.stdout)
    expect(results.length).toBeLessThan(3000)
    expect(errors).toMatchObject([{ code: 'ABORTED' }])
  })

  it('ends quietly when its reader goes away', async () => {
    const ended = await edgeTrt(['classify', ...many()], {
      meanwhile: ({ stdout }) => stdout?.once('data', () => stdout.destroy()),
    })
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })
})

describe('edge-trt', () => {
  it('says its version and how it is used', async () => {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await edgeTrt(['--version'])).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
    for (const args of [['--help'], ['classify', '--help'], ['doctor', '--help'], ['help', 'classify']]) {
      expect(await edgeTrt(args)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Usage: edge-trt'),
        stderr: '',
      })
    }
    expect((await edgeTrt(['--help'])).stdout).toContain('Examples:')
  })

  it('shows stacks only when asked', async () => {
    const { stderr } = await edgeTrt(['classify', at('missing.png')], { env: { EDGE_TRT_DEBUG: '1' } })
    expect(stderr).toMatch(/\n {4}at /)
  })
})
