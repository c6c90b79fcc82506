import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeTable, writeTflite } from '@edge/model/tflite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure, signalledAtOnce } from './cli.js'
import { int8, onnx, tiny } from './models.js'
import { smallModel } from './small-model.js'

let directory: string
const at = (name: string) => join(directory, name)
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-inspect-'))
})
afterAll(() => rm(directory, { recursive: true }))

const json = (model: string) => edgeTrtJson(['inspect', model])

describe('a wrong model', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['missing', 'FILE_NOT_FOUND', async () => {}],
    ['empty', 'MODEL_INVALID', () => writeFile(at('model-empty'), '')],
    ['a directory', 'FILE_UNREADABLE', () => mkdir(at('model-a directory'))],
    ['a web page', 'MODEL_INVALID', () => writeFile(at('model-a web page'), '<!doctype html><html></html>')],
    [
      'truncated',
      'MODEL_INVALID',
      async () => {
        await writeFile(at('model-truncated'), await readFile(int8))
        await truncate(at('model-truncated'), 1_000_000)
      },
    ],
    [
      'truncated ONNX',
      'MODEL_INVALID',
      async () => {
        await writeFile(at('model-truncated ONNX'), await readFile(onnx))
        await truncate(at('model-truncated ONNX'), 1_000_000)
      },
    ],
    [
      'not valid',
      'MODEL_INVALID',
      () =>
        // A tensor that is nowhere.
        writeFile(
          at('model-not valid'),
          writeTflite({
            ...smallModel(['a', 'b', 'c']),
            subgraphs: [makeTable('SubGraph', { inputs: Int32Array.of(7) })],
          }),
        ),
    ],
  ])('is %s: %s', async (name, code, make) => {
    await make()
    const path = at(`model-${name}`)
    const ended = await json(path)
    expectFailure(ended, 1, code)
    expect(ended.document).toEqual({
      model: path,
      errors: [{ source: path, code, message: expect.stringContaining(path) }],
    })
    // Word for word what classify says.
    const classified = await edgeTrt(['classify', 'x.png', '--model', path])
    const { stdout, ...told } = await edgeTrt(['inspect', path])
    expect(stdout).toBe('')
    expect(told).toEqual({ code: classified.code, signal: null, stderr: classified.stderr })
  })

  it('may be damaged anywhere, and is never a crash', async () => {
    const whole = await readFile(tiny('signatures_converted'))
    const paths = await Promise.all(
      [20, 60, 300, 700, 1500, whole.length - 40].map(async (place) => {
        const damaged = Buffer.from(whole)
        damaged.fill(0xff, place, place + 4)
        await writeFile(at(`damaged-${place}`), damaged)
        return at(`damaged-${place}`)
      }),
    )
    for (const path of paths) {
      const { code, signal, stderr } = await edgeTrt(['inspect', path])
      expect(signal).toBeNull()
      if (code !== 0) expect(stderr).toMatch(/^error \[MODEL_(INVALID|UNSUPPORTED)\]: .*\n$/)
    }
  })
})

describe('edge-trt inspect and the machine', () => {
  it('needs neither the addon nor any other native code', async () => {
    // What Node opens every addon with, the one of sharp included.
    const script = "process.dlopen = (_, file) => { throw new Error('opened ' + file) }"
    const env = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
      EDGE_TFLITE_LIBRARY: '/nonexistent',
      EDGE_ONNXRUNTIME: '/nonexistent',
    }
    const classify = await edgeTrt(['classify', 'x.png'], { env })
    expect(classify.code, 'the test finds addons').toBe(1)
    expect(classify.stderr).toContain('opened')
    for (const path of [int8, onnx]) {
      expect(await edgeTrt(['inspect', path], { env })).toMatchObject({ code: 0, stderr: '' })
    }
  })

  it('ends in order at a signal', async () => {
    const ended = await edgeTrtJson(['inspect', int8], { env: signalledAtOnce })
    expect(ended).toMatchObject({ code: 143, signal: null, stderr: '' })
    expect(ended.document).toMatchObject({ model: int8, errors: [{ code: 'ABORTED' }] })
    const text = await edgeTrt(['inspect', int8], { env: signalledAtOnce })
    expect(text).toMatchObject({ code: 143, stdout: '', stderr: `terminated while ${int8} was read\n` })
  })

  it('ends quietly when its reader goes away', async () => {
    const ended = await edgeTrt(['inspect', int8, '--json'], {
      meanwhile: ({ stdout }) => stdout?.destroy(),
    })
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('says so where its output does not fit the disk', async () => {
    const { code, stderr } = await edgeTrt(['inspect', int8], { stdoutTo: '/dev/full' })
    expect(stderr).toMatch(/^error \[ENOSPC\]: /)
    expect(code).toBe(1)
  })

  it.each([['-1'], ['many'], ['']])('has no --layers %j', async (value) => {
    const ended = await edgeTrtJson(['inspect', int8, '--layers', value])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain('--layers')
    expect(ended.document).toMatchObject({ model: null, errors: [{ source: 'command line' }] })
  })
})
