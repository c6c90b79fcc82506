import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  findTrtexec,
  parseTrtexecTimes,
  precisionFlags,
  trtexecVersion,
} from '../../../../benchmarks/peers/trtexec.js'
import { SubjectProcess } from '../../src/subject/subject-process.js'
import { temporaryDirectory } from '../runner/fake-runs.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const limits = { timeoutMs: 30_000 }

/** A program of that name which does what `fake-trtexec.mjs` does. */
function fakeTrtexec(directory: string): string {
  const path = join(directory, 'trtexec')
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${at('fake-trtexec.mjs')}' "$@"\n`)
  chmodSync(path, 0o755)
  return path
}

describe('findTrtexec', () => {
  const none = { path: '', folders: [], devices: [] }

  it('looks on PATH, and where NVIDIA puts it', () => {
    const directory = temporaryDirectory()
    const program = fakeTrtexec(directory)
    const devices = [directory]
    expect(findTrtexec({ ...none, path: `/gone:${directory}`, devices })).toEqual({ program })
    expect(findTrtexec({ ...none, folders: ['/gone', directory], devices })).toEqual({ program })
  })

  it('says where it looked, and what would bring it', () => {
    const directory = temporaryDirectory()
    // No program: a folder, and a file that cannot be run.
    mkdirSync(join(directory, 'a', 'trtexec'), { recursive: true })
    writeFileSync(join(directory, 'trtexec'), '')
    const found = findTrtexec({ ...none, folders: [directory, '/gone'], devices: [directory] })
    expect(found).toEqual({
      skipped: expect.stringMatching(
        new RegExp(`^trtexec is neither on PATH nor in ${directory}, /gone: it comes with TensorRT`),
      ),
    })
    expect(findTrtexec({ ...none, path: join(directory, 'a') })).toHaveProperty('skipped')
  })

  it('is of no use without a GPU', () => {
    const directory = temporaryDirectory()
    const program = fakeTrtexec(directory)
    expect(findTrtexec({ path: directory, devices: ['/dev/gone-1', '/dev/gone-2'] })).toEqual({
      skipped: `${program} needs an NVIDIA GPU, and there is none: no /dev/gone-1, no /dev/gone-2`,
    })
  })
})

describe('what trtexec says', () => {
  it.each([
    ['[I] TensorRT version: 10.3.0\n&&&& RUNNING TensorRT.trtexec [TensorRT v100300] # trtexec', '10.3.0'],
    ['&&&& RUNNING TensorRT.trtexec [TensorRT v8502] # trtexec', '8.5.2'],
    ['&&&& RUNNING TensorRT.trtexec [TensorRT v8001] # trtexec', '8.0.1'],
    ['&&&& RUNNING TensorRT.trtexec [TensorRT v101602] [b10] # trtexec', '10.16.2'],
    ['&&&& RUNNING TensorRT.trtexec [TensorRT v110000] [b99] # trtexec', '11.0.0'],
    ['&&&& PASSED TensorRT.trtexec [TensorRT v11.1.0.106] [b48] # trtexec', '11.1.0.106'],
    ['nothing of the kind', 'of an unknown version'],
  ])('%s: version %s', (output, version) => {
    expect(trtexecVersion(output)).toBe(version)
  })

  it('of times, the last so many count, whatever else is said of them', () => {
    const entry = (begin: number) => ({
      startH2dMs: begin,
      endD2hMs: begin + 2,
      latencyMs: 1.5,
      endToEndMs: 2,
    })
    expect(parseTrtexecTimes(JSON.stringify([entry(1), entry(4), entry(7)]), 2)).toEqual([
      { beginMs: 4, endMs: 6, latencyMs: 1.5 },
      { beginMs: 7, endMs: 9, latencyMs: 1.5 },
    ])
    expect(() => parseTrtexecTimes(JSON.stringify([entry(1)]), 2)).toThrow('1 inferences instead of 2')
    expect(() => parseTrtexecTimes('{}', 1)).toThrow('no list of times')
    const early = [{ startInMs: 1, endOutMs: 2, latencyMs: 3 }]
    expect(() => parseTrtexecTimes(JSON.stringify(early), 1)).toThrow('without numbers startH2dMs')
  })

  it('it is asked for numbers that it knows', () => {
    expect([undefined, 'fp32', 'fp16', 'int8'].map(precisionFlags)).toEqual([[], [], ['--fp16'], ['--int8']])
    expect(() => precisionFlags('bf16')).toThrow('not for bf16')
  })
})

describe('trtexec as a subject', () => {
  /** A subject of the fake, and what that was asked. */
  function startTrtexec() {
    const directory = temporaryDirectory()
    const log = join(directory, 'log')
    const made = join(directory, 'made')
    mkdirSync(made)
    const trtexec = new SubjectProcess({
      name: 'trtexec',
      command: process.execPath,
      args: [
        '--import',
        'tsx',
        at('../../../../benchmarks/peers/trtexec-subject.ts'),
        fakeTrtexec(directory),
      ],
      env: { FAKE_TRTEXEC_LOG: log, TMPDIR: made },
    })
    onTestFinished(() => trtexec.end())
    const model = join(directory, 'model.onnx')
    writeFileSync(model, 'a model')
    return {
      trtexec,
      made,
      request: { model, threads: 1, batch: 1, images: ['parrot.jpg'], endToEnd: false, precision: 'fp16' },
      asked: () =>
        readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => Object.fromEntries<string>(JSON.parse(line))),
    }
  }

  it('builds an engine once, and times inferences of it', async () => {
    const { trtexec, request, asked, made } = startTrtexec()
    const loaded = await trtexec.load(request, limits)
    expect(loaded).toMatchObject({ version: 'TensorRT 10.3.0, trtexec', firstRunMs: 2.375 })
    expect(loaded.loadMs).toBeGreaterThan(1)

    const ran = await trtexec.run({ images: [0, 0, 0], inFlight: 1 }, limits)
    expect(ran.samplesMs).toEqual([2.375, 3.375, 4.375])
    const [first = 0, second = 0, third = 0] = ran.beginsMs
    expect([second - first, third - second].map((gap) => Number(gap.toFixed(6)))).toEqual([2.875, 3.875])
    // The last has ended when it answers.
    expect(third + 4.375).toBeCloseTo(ran.nowMs, 6)
    expect(ran.peakRssBytes).toBeGreaterThan(1e6)

    const [build, run] = asked()
    expect(build).toMatchObject({ '--onnx': request.model, '--fp16': '', '--iterations': '1' })
    expect(run).toMatchObject({ '--iterations': '3', '--duration': '0', '--warmUp': '0' })
    expect(run?.['--loadEngine']).toBe(build?.['--saveEngine'])
    expect(run).not.toHaveProperty('--onnx')
    await trtexec.end()
    // Engines are large.
    expect(readdirSync(made).filter((name) => name.startsWith('edge-trtexec-'))).toEqual([])
  })

  it('says what it says of a model that it cannot parse', async () => {
    const { trtexec, request } = startTrtexec()
    writeFileSync(request.model, 'a broken model')
    await expect(trtexec.load(request, limits)).rejects.toThrow(
      /exit code 1; it last wrote:[\s\S]*Failed to parse onnx file/,
    )
  })

  it('takes no pictures, no batches, and one inference at a time', async () => {
    const { trtexec, request } = startTrtexec()
    await expect(trtexec.load({ ...request, endToEnd: true }, limits)).rejects.toThrow('takes no pictures')
    await expect(trtexec.load({ ...request, batch: 8 }, limits)).rejects.toThrow('one picture at a time')
    await expect(trtexec.run({ images: [0], inFlight: 1 }, limits)).rejects.toThrow('before a model')
    await trtexec.load(request, limits)
    await expect(trtexec.run({ images: [0, 0], inFlight: 2 }, limits)).rejects.toThrow('one inference after')
    await expect(trtexec.classify(1, limits)).rejects.toThrow('takes no pictures')
  })
})
