/** Ctrl-C among the 50,000 entries of a directory. */
import { linkSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, type RunOptions, signalledAtOnce } from './cli.js'

const COUNT = 50_000
const nameOf = (index: number) => `${String(index).padStart(5, '0')}.jpg`

/** How much larger the process may be than with one picture: it knows the names of all. */
const MOST_MEGABYTES = 96

let directory: string
let withOne: number
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  for (const name of ['one', 'many', 'temporary']) await mkdir(at(name))
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c87828' } })
    .jpeg()
    .toFile(at('one/picture.jpg'))
  for (let index = 0; index < COUNT; index += 1) linkSync(at('one/picture.jpg'), at(`many/${nameOf(index)}`))
  const peak = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(at('peak'))}, String(process.resourceUsage().maxRSS)))`
  await writeFile(at('peak.cjs'), peak)
  withOne = (await classify('one', [])).peakMegabytes
})
afterAll(() => rm(directory, { recursive: true }))

/** Runs it with a folder for temporary files of its own, and says how large the process became. */
async function classify(name: string, flags: readonly string[], meanwhile?: RunOptions['meanwhile']) {
  const ended = await edgeTrt(['classify', at(name), '--top', '1', ...flags], {
    env: { TMPDIR: at('temporary'), NODE_OPTIONS: `--require=${at('peak.cjs')}` },
    ...(meanwhile && { meanwhile }),
  })
  return { ...ended, peakMegabytes: Number(readFileSync(at('peak'), 'utf8')) / 1024 }
}

/** Presses Ctrl-C when some results are there, and says how long it takes to end. */
async function interrupted(flags: readonly string[]) {
  let pressedAt = Number.NaN
  const ended = await classify('many', flags, (child) => {
    let text = ''
    child.stdout?.on('data', (chunk: string) => {
      text += chunk
      if (!Number.isNaN(pressedAt) || !text.includes(nameOf(4))) return
      pressedAt = performance.now()
      child.kill('SIGINT')
    })
  })
  return { ...ended, milliseconds: performance.now() - pressedAt }
}

/** The pictures that an output names, in its order. */
const FORMS: Readonly<Record<string, (stdout: string) => readonly string[]>> = {
  text: (stdout) => {
    const [, ...blocks] = stdout.split('\n\n')
    for (const block of blocks) expect(block).toMatch(/^.*\n {2}#.*\n {2}1 .*\n {5}decode .*total .* ms\n?$/)
    return blocks.map((block) => block.split('\n', 1)[0] ?? '')
  },
  json: (stdout) => {
    const { results, errors } = JSON.parse(stdout)
    expect(errors).toMatchObject([{ code: 'ABORTED', message: expect.stringContaining('interrupted') }])
    return results.map(({ source }: { source: string }) => source)
  },
  jsonl: (stdout) => {
    expect(stdout.endsWith('\n')).toBe(true)
    const lines = stdout.trimEnd().split('\n')
    const [last, ...results] = lines.map((line) => JSON.parse(line)).reverse()
    expect(last).toMatchObject({ error: { code: 'ABORTED' } })
    return results.reverse().map(({ source }) => source)
  },
  csv: (stdout) => {
    const [titles, ...rows] = stdout.split('\r\n')
    expect(titles).toBe('source,rank,index,label,score')
    expect(rows.pop()).toBe('')
    for (const row of rows) expect(row).toMatch(/^[^,]+,1,\d+,("[^"]*"|[^,]*),0\.\d+$/)
    return rows.map((row) => row.split(',', 1)[0] ?? '')
  },
}

describe(`Ctrl-C among ${COUNT} pictures of a directory`, () => {
  it.each(Object.entries(FORMS))('ends soon, with all that was found, whole: %s', async (form, named) => {
    const ended = await interrupted(form === 'text' ? [] : [`--${form}`])
    expect(ended).toMatchObject({ code: 130, signal: null })
    // A tenth of a second on a machine with nothing else to do; all of them would take minutes.
    expect(ended.milliseconds).toBeLessThan(5000)
    const names = named(ended.stdout)
    expect(names.length).toBeGreaterThanOrEqual(5)
    expect(names.length).toBeLessThan(COUNT)
    // None is left out: those before the last result are there.
    expect(names).toEqual(names.map((_, index) => at(`many/${nameOf(index)}`)))
    expect(ended.stderr).toMatch(
      form.startsWith('json')
        ? /^$/
        : new RegExp(`^interrupted after ${names.length}( of ${COUNT})? pictures\n$`),
    )
    expect(readdirSync(at('temporary'))).toEqual([])
    expect(ended.peakMegabytes - withOne).toBeLessThan(MOST_MEGABYTES)
  })

  it('ends at a signal that comes before anything is listed', async () => {
    const begun = performance.now()
    const ended = await edgeTrt(['classify', at('many'), '--json'], { env: signalledAtOnce })
    expect(ended).toMatchObject({ code: 143, signal: null, stderr: '' })
    expect(JSON.parse(ended.stdout)).toMatchObject({ results: [], errors: [{ code: 'ABORTED' }] })
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})
