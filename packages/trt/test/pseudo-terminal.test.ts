import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasNoTerminal, onTerminal } from './on-terminal.js'

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url))

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await sharp({ create: { width: 300, height: 200, channels: 3, background: '#c87828' } })
    .jpeg()
    .toFile(at('b.jpg'))
  await writeFile(at('list'), `${at('b.jpg')}\n`.repeat(3000))
})
afterAll(() => rm(directory, { recursive: true }))

describe.skipIf(hasNoTerminal)('on a terminal (skipped where there is no script)', () => {
  it('shows a bar, and at Ctrl-C keeps what was found and leaves the terminal as it was', async () => {
    // The shell lives through Ctrl-C to tell the terminal's settings before and after.
    const edge = `${process.execPath} ${CLI} classify --list ${at('list')} --csv > ${at('out.csv')}`
    const command = `trap : INT; stty cols 100; stty -g; ${edge}; code=$?; stty -g; exit $code`
    const { code, text } = await onTerminal(`sh -c '${command}'`, ' of 3,000 pictures', '\u0003')
    expect(code).toBe(130)
    expect(text).toMatch(/\r<ESC>\[2K\[#*-+\] \d+ of 3,000 pictures · [\d.]+\/s · .* left/)
    const [before, ...rest] = text.split('\r\n')
    // The bar was taken away before the last line.
    expect(rest.at(-3)).toMatch(/<ESC>\[2Kinterrupted after \d+ of 3000 pictures$/)
    expect(rest.at(-2)).toBe(before)
    const rows = spawnSync('wc', ['-l', at('out.csv')], { encoding: 'utf8' }).stdout
    expect(Number.parseInt(rows, 10)).toBeGreaterThan(5)
  })

  it('reads a list that is typed, up to Ctrl-D', async () => {
    const edge = `stty -echo; echo ready; ${process.execPath} ${CLI} classify - --top 1`
    const { code, text } = await onTerminal(`sh -c '${edge}'`, 'ready', `${at('b.jpg')}\n\u0004`)
    expect(code).toBe(0)
    expect(text).toContain(`${at('b.jpg')}`)
  })
})
