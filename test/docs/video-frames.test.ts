import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'
import { ExampleProcess, endExamples } from './example-process.js'

const ffmpeg = createRequire(import.meta.url).resolve(`@ffmpeg-installer/linux-${process.arch}/ffmpeg`)
const float = join(root, '.cache/models/efficientnet-lite0/efficientnet_lite0_fp32.tflite')

describe('the example video-frames.mjs', () => {
  let directory: string
  let video: string
  const start = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    new ExampleProcess('video-frames.mjs', args, { FFMPEG: ffmpeg, ...environment })

  /** A program in ffmpeg's place. */
  async function script(name: string, commands: string): Promise<string> {
    const path = join(directory, name)
    await writeFile(path, `#!/bin/sh\n${commands}\n`)
    await chmod(path, 0o755)
    return path
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-trt-video-'))
    video = join(directory, 'coffee-then-cat.mkv')
    const photograph = (name: string) => [
      ...['-loop', '1', '-framerate', '10', '-t', '1.2'],
      ...['-i', join(root, '.cache/photos', name)],
    ]
    const filters = '[0]scale=480:320,setsar=1[a];[1]scale=480:320,setsar=1[b];[a][b]concat'
    await promisify(execFile)(ffmpeg, [
      ...['-loglevel', 'error', ...photograph('coffee.png'), ...photograph('chelsea.png')],
      ...['-filter_complex', filters, '-c:v', 'ffv1', video],
    ])
  })
  afterEach(endExamples)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it.each([
    ['straight into the tensor of a uint8 model', {}],
    ['as raw pixels for a float model', { MODEL: float }],
  ])('classifies every frame, %s', async (_, environment) => {
    const { code, lines, stderr } = await start([video], environment).end()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const frames = lines.map((line): unknown => JSON.parse(line))
    expect(frames).toHaveLength(24)
    const espresso = { label: 'espresso', score: expect.closeTo(0.95, 1), majority: 'espresso', dropped: 0 }
    expect(frames[0]).toEqual(espresso)
    expect(frames[11]).toEqual(espresso)
    expect(frames[23]).toMatchObject({ label: 'tiger cat', majority: 'tiger cat' })
  })

  it('drops frames of a camera that it is slower than, and takes its ffmpeg with it at Ctrl-C', async () => {
    const camera = ['-stream_loop', '-1', '-i', video]
    const example = start(['--newest', ...camera], { MODEL: float })
    let dropped = 0
    while (dropped === 0) {
      const frame = await example.next()
      dropped += Number(typeof frame === 'object' && frame !== null && Reflect.get(frame, 'dropped'))
    }
    const { pid } = example.child
    const ffmpegs = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    expect(ffmpegs).toMatch(/^\d+$/)
    expect(await example.end('SIGINT')).toMatchObject({ code: 130, stderr: '' })
    expect(() => process.kill(Number(ffmpegs), 0)).toThrow('ESRCH')
  })

  it('ends with whoever reads what it prints', async () => {
    const example = start(['-stream_loop', '-1', '-i', video])
    await example.next()
    example.child.stdout?.destroy()
    expect(await example.end()).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends an ffmpeg that does not listen, as one that is stuck writing', async () => {
    const example = start(['any'], { FFMPEG: await script('deaf', "trap '' TERM INT; exec cat /dev/zero") })
    await example.next()
    expect(await example.end('SIGTERM')).toMatchObject({ code: 143, stderr: '' })
  })

  it.each([
    ['there is no ffmpeg', { FFMPEG: '/nowhere/ffmpeg' }, 'spawn /nowhere/ffmpeg ENOENT'],
    ['what it is given is no video', {}, 'ffmpeg ended with 1'],
  ])('says that %s', async (_, environment, message) => {
    const { code, stderr, lines } = await start([join(root, 'README.md')], environment).end()
    expect({ code, lines }).toEqual({ code: 1, lines: [] })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it.each([
    ['its own colour', [255, 128, 0], '0xff8000'],
    ['grey', [124], '0x7c7c7c'],
  ])('has ffmpeg pad with what the model pads with: %s', async (_, pad, color) => {
    const [model, args] = [join(directory, 'padded.tflite'), join(directory, 'args')]
    await copyFile(float, model)
    const manifest = JSON.parse(readFileSync(join(dirname(float), 'model.json'), 'utf8'))
    const input = { ...manifest.input, resize: { fit: 'contain', pad } }
    const padded = { manifestVersion: 1, name: 'padded', input, output: manifest.output }
    await writeFile(join(directory, 'padded.model.json'), JSON.stringify(padded))
    const ffmpegs = await script('noting', `echo "$@" > ${args}`)
    expect(await start(['any'], { MODEL: model, FFMPEG: ffmpegs }).end()).toMatchObject({ code: 0 })
    expect(readFileSync(args, 'utf8')).toContain(`pad=224:224:-1:-1:${color} `)
  })

  it('says that a video ends within a frame', async () => {
    const environment = { FFMPEG: await script('broken', 'head -c 200000 /dev/zero') }
    const { code, stderr, lines } = await start(['any'], environment).end()
    expect({ code, lines: lines.length }).toEqual({ code: 1, lines: 1 })
    expect(stderr).toContain('ends within a frame')
  })
})
