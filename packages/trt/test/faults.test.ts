/** Faults of files that are no matter of their names: each is told in its place, and the rest goes on. */
import { execFileSync, spawn } from 'node:child_process'
import { linkSync, mkdirSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, type RunOptions } from './cli.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#c87828' } })
  await picture.clone().jpeg().toFile(at('good.jpg'))
  await picture.clone().png().toFile(at('good.png'))
})
afterAll(() => rm(directory, { recursive: true }))

/** What came of each picture, in its order: an error's code, or that of none. */
async function outcomes(args: readonly string[], options?: RunOptions) {
  const ended = await edgeTrt(['classify', ...args, '--top', '1', '--jsonl'], options)
  const lines = ended.stdout.trimEnd().split('\n')
  return { ...ended, pictures: lines.map((line) => JSON.parse(line)) }
}

/** A PNG that says it has 900 million pixels. */
async function bomb(): Promise<Buffer> {
  const bytes = await readFile(at('good.png'))
  bytes.writeUInt32BE(30_000, 16)
  bytes.writeUInt32BE(30_000, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

describe('edge-trt classify', () => {
  it('tells of each file what is wrong with it, in its place, and classifies the others', async () => {
    await symlink(at('nowhere'), at('dangling.jpg'))
    await symlink(at('loop.jpg'), at('loop.jpg'))
    await writeFile(at('bomb.png'), await bomb())
    const whole = await readFile(at('good.jpg'))
    await writeFile(at('cut-off.jpg'), whole.subarray(0, whole.length / 2))
    execFileSync('mkfifo', [at('pipe.jpg')])
    const faults = [
      [at('dangling.jpg'), 'FILE_NOT_FOUND'],
      [at('loop.jpg'), 'FILE_UNREADABLE'],
      [at('bomb.png'), 'IMAGE_UNSUPPORTED'],
      [at('cut-off.jpg'), 'IMAGE_INVALID'],
      [at('pipe.jpg'), 'FILE_UNREADABLE'],
      ['/dev/zero', 'FILE_UNREADABLE'],
      ['/proc/self/mem', 'FILE_UNREADABLE'],
    ] as const
    // Somebody who would write a whole picture into the pipe.
    const writer = spawn('sh', ['-c', 'exec cat "$0" > "$1"', at('good.jpg'), at('pipe.jpg')])
    const { code, pictures, stderr } = await outcomes(faults.flatMap(([path]) => [path, at('good.jpg')]))
    writer.kill()
    expect(code).toBe(1)
    expect(pictures).toEqual(
      faults.flatMap(([source, code]) => [
        { source, error: { code, message: expect.stringContaining(source) } },
        expect.objectContaining({ source: at('good.jpg'), classes: [expect.anything()] }),
      ]),
    )
    expect(stderr.trimEnd().split('\n')).toEqual(
      faults.map(([path, code]) => expect.stringMatching(`^error \\[${code}\\]: .*${path}`)),
    )
  })

  it('tells of a file that vanishes once the directory was listed', async () => {
    await mkdir(at('vanishing'))
    const names = Array.from({ length: 100 }, (_, index) => `${String(index).padStart(3, '0')}.jpg`)
    for (const name of names) linkSync(at('good.jpg'), at(`vanishing/${name}`))
    const { code, pictures } = await outcomes([at('vanishing')], {
      // The first result comes when all names are known, and the last pictures are far from being read.
      meanwhile: ({ stdout }) =>
        stdout?.once('data', () => {
          for (const name of ['097.jpg', '098.jpg']) rmSync(at(`vanishing/${name}`))
          // It may come back as something else.
          mkdirSync(at('vanishing/098.jpg'))
        }),
    })
    expect(code).toBe(1)
    const failed = pictures.filter(({ error }) => error !== undefined)
    expect(failed).toMatchObject([
      { source: at('vanishing/097.jpg'), error: { code: 'FILE_NOT_FOUND' } },
      { source: at('vanishing/098.jpg'), error: { code: 'FILE_UNREADABLE' } },
    ])
    expect(pictures).toHaveLength(names.length)
    expect(pictures.at(-1)).toMatchObject({ source: at('vanishing/099.jpg'), classes: [expect.anything()] })
  })
})
