/**
 * `pnpm bench:screenshot RESULT.json --out FILE.png`: a picture of a result's page, as the browser of the tests shows it. Pages
 * themselves are not kept in the repository, since they carry the library that draws.
 *
 *   pnpm bench:screenshot benchmarks/results/tflite-classics.json --out benchmarks/results/tflite-classics.png --height 1600
 *   pnpm bench:screenshot .cache/benchmarks/results/peers.json --out phone.png --width 390 --dark
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { readResults, type Suite, writeReports } from '@edge/bench'
import { EdgeError, optionOutOfRange } from '@edge/errors'
import sharp from 'sharp'
import { startBrowser, whyNoBrowser } from '../packages/bench/test/page/browser.js'
import { namedSuite } from './find-suite.js'
import { prepareReports } from './report-places.js'
import { runAsCommand } from './run-as-command.js'
import { startDirectory } from './start-directory.js'

/** What of a page is to be in the picture. */
export interface View {
  /** Of the window, in CSS pixels. */
  readonly width: number
  /** From the top; default: all of the page. */
  readonly height?: number
  readonly dark: boolean
}

// A page of many tables; what browsers draw at once has a limit.
const MOST_PIXELS = 16_000

const HELP = `pnpm bench:screenshot RESULT.json --out FILE.png [flags]

  --out FILE.png  where the picture goes
  --width N       of the browser's window in pixels; default: 1280
  --height N      of the picture, from the top of the page; default: all of it
  --dark          as those see it who like pages dark

Paths start where you are. Exit codes: 0; 1 where something failed; 2 where the command line makes no sense.`

runAsCommand(import.meta.url, HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      width: { type: 'string', default: '1280' },
      height: { type: 'string' },
      dark: { type: 'boolean', default: false },
    },
  })
  const [results, ...others] = positionals
  const { out, width, height, dark } = values
  if (results === undefined || out === undefined || others.length > 0) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'a picture is of one file of results',
      expected: 'pnpm bench:screenshot RESULT.json --out FILE.png [--width N] [--height N] [--dark]',
    })
  }
  const picture = resolve(startDirectory(), out)
  await prepareReports({ html: picture })
  if (whyNoBrowser !== undefined) throw new EdgeError('INVALID_ARGUMENT', { summary: whyNoBrowser.trim() })
  const view = {
    width: pixels('width', width),
    ...(height !== undefined && { height: pixels('height', height) }),
    dark,
  }
  await writeFile(picture, await screenshot(resolve(startDirectory(), results), view))
  console.log(`written: ${picture}`)
})

/**
 * A result's page as a PNG.
 *
 * @param results - path of a file of results; published tables and bars are those of the suite that it names.
 * @throws EdgeError as of reading results.
 */
export async function screenshot(results: string, view: View): Promise<Buffer> {
  const result = await readResults(results)
  const { published, bars } = await suiteOf(result.settings.suite)
  const directory = await mkdtemp(join(tmpdir(), 'edge-screenshot-'))
  const browser = await startBrowser()
  try {
    const html = join(directory, 'page.html')
    await writeReports({ result, published, bars }, { html })
    const { width, height = 900, dark } = view
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      offline: true,
    })
    await page.goto(pathToFileURL(html).href)
    // Drawings further down wait until they come into view.
    const whole = Math.min(MOST_PIXELS, Number(await page.evaluate('document.documentElement.scrollHeight')))
    await page.setViewportSize({ width, height: view.height ?? whole })
    await page.waitForTimeout(300)
    const png = await page.screenshot()
    // A third of the size: pages have few colours.
    return await sharp(png).png({ palette: true, compressionLevel: 9, effort: 10 }).toBuffer()
  } finally {
    await browser.close()
    await rm(directory, { recursive: true })
  }
}

/** Of a run without a suite, or of one that is no longer there, there are no published tables. */
async function suiteOf(name: string): Promise<Pick<Suite, 'published' | 'bars'>> {
  try {
    return (await namedSuite(name)).suite
  } catch (error) {
    if (error instanceof EdgeError && error.code === 'FILE_NOT_FOUND') return { published: [], bars: [] }
    throw error
  }
}

function pixels(flag: string, text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 200 && value <= MOST_PIXELS) return value
  throw optionOutOfRange(`--${flag}`, `a whole number from 200 to ${MOST_PIXELS}`, text)
}
