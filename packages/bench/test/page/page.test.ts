import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { htmlReport } from '../../src/report/html/page.js'
import { hostileFragments } from '../report/hostile-text.js'
import { sampleResults } from '../report/sample-results.js'
import { startBrowser, whyNoBrowser } from './browser.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const drawings = ['ratios', 'timeline', 'boxes', 'ecdf', 'trade-off'].map((name) => `#${name}-drawing`)

// Each page opened takes a second or two of two cores: what is least likely to break waits for the full tier.
const isFull = process.env.EDGE_TEST_TIER === 'full'

let directory: string
let browser: Browser

/** A page, and whatever it complained of or asked for meanwhile. */
interface Opened {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
}

async function open(name: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    offline: true,
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(pathToFileURL(join(directory, `${name}.html`)).href)
  return { page, complaints, requests }
}

/** How many colours a drawing has: one, where nothing is drawn. */
function coloursIn(page: Page, drawing: string): Promise<number> {
  return page.locator(`${drawing} canvas`).evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('not a canvas')
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
    return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size
  })
}

/** Whether a box with facts appears somewhere on a row of a drawing, of so many rows between its margins, when the mouse goes along it. */
async function tellsWhatIsPointedAt(
  page: Page,
  drawing: string,
  { row, rows, top, bottom }: { row: number; rows: number; top: number; bottom: number },
): Promise<boolean> {
  await page.locator(drawing).scrollIntoViewIfNeeded()
  const box = await page.locator(drawing).boundingBox()
  if (box === null) return false
  const y = box.y + top + ((box.height - top - bottom) / rows) * (row + 0.5)
  const before = await drawn(page, drawing)
  for (let x = box.x + box.width; x > box.x; x -= 3) {
    await page.mouse.move(x, y)
    if ((await drawn(page, drawing)) !== before) return true
  }
  return false
}

/** A drawing as a file: another one when anything else is drawn. */
function drawn(page: Page, drawing: string): Promise<string> {
  return page.locator(`${drawing} canvas`).evaluate(async (canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('not a canvas')
    await new Promise((resolve) => requestAnimationFrame(resolve))
    return canvas.toDataURL()
  })
}

const picture = (page: Page, drawing: string) => page.locator(drawing).screenshot()
const firstColumn = (page: Page) => page.locator('#latency tbody th').allInnerTexts()
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

describe.skipIf(whyNoBrowser !== undefined)(`the page in a browser${whyNoBrowser ?? ''}`, () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-bench-page-'))
    const pages = {
      sample: sampleResults({ runsPerRound: 60 }),
      ...(isFull && { large: sampleResults({ models: 20, runsPerRound: 1000, pictures: 200 }) }),
      hostile: sampleResults({ models: 20, rounds: 2, names: hostileFragments }),
    }
    for (const [name, result] of Object.entries(pages)) {
      await writeFile(join(directory, `${name}.html`), await htmlReport({ result }))
    }
    browser = await startBrowser()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    await rm(directory, { recursive: true })
  })

  it('draws everything without a complaint, and asks for nothing', async () => {
    const { page, complaints, requests } = await open('sample')
    for (const drawing of drawings) expect(await coloursIn(page, drawing), drawing).toBeGreaterThan(20)
    expect(complaints).toEqual([])
    expect(requests).toEqual([page.url()])
  })

  it('could not ask for anything', async () => {
    const { page } = await open('sample')
    const refused = await page.evaluate(async () => {
      const directives: string[] = []
      document.addEventListener('securitypolicyviolation', (event) =>
        directives.push(event.effectiveDirective),
      )
      const image = new Image()
      image.src = 'https://example.com/a.png'
      const script = document.createElement('script')
      script.textContent = 'window.hacked = true'
      document.body.append(script)
      await fetch('https://example.com/').catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { directives, hacked: 'hacked' in window }
    })
    expect(refused.directives.sort()).toEqual(['connect-src', 'img-src', 'script-src-elem'])
    expect(refused.hacked).toBe(false)
  })

  it('sorts tables by mouse and by keyboard, with what has no figure at the end', async () => {
    const { page } = await open('sample')
    const head = page.locator('#latency thead th', { hasText: 'median' })
    const medians = () =>
      page
        .locator('#latency tbody tr')
        .evaluateAll((rows) => rows.map((row) => row.querySelector('td')?.getAttribute('data-sort') ?? ''))
    await head.getByRole('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    const ascending = await medians()
    const figures = ascending.slice(0, 9).map(Number)
    expect(figures).toEqual([...figures].sort((one, other) => one - other))
    expect(ascending.slice(9)).toEqual(['', ''])
    expect(await page.locator('#announcement').textContent()).toBe('Sorted by median, ms, ascending')
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect((await medians()).slice(0, 9).map(Number)).toEqual(figures.reverse())
    await page.locator('#latency thead th').first().getByRole('button').press('Space')
    expect(await head.getAttribute('aria-sort')).toBeNull()
    const names = await firstColumn(page)
    expect(names[0]).toMatch(/^broken/)
    expect(names.at(-1)).toMatch(/^resnet18/)
  })

  it('draws the models, the scale and the time that are chosen', async () => {
    const { page, complaints } = await open('sample')
    const timeline = '#timeline-drawing'
    const seen = [await picture(page, timeline)]
    const changed = async (what: string) => {
      const now = await picture(page, timeline)
      expect(
        seen.some((earlier) => earlier.equals(now)),
        what,
      ).toBe(false)
      seen.push(now)
    }
    await page.getByRole('checkbox', { name: 'inception_v4' }).uncheck()
    await changed('one model less')
    await page.getByRole('button', { name: 'None' }).click()
    await changed('none')
    await page.getByRole('button', { name: 'All' }).click()
    await page.mouse.move(0, 0)
    expect(seen[0]?.equals(await picture(page, timeline)), 'all again').toBe(true)
    await page.getByLabel('in milliseconds').check()
    await changed('milliseconds')
    await page.getByRole('button', { name: 'Zoom in' }).press('Enter')
    await changed('zoomed')
    expect(await page.locator('#announcement').textContent()).toBe('From 25 to 75 per cent of the run')
    await page.getByRole('button', { name: 'Later' }).click()
    await changed('later')
    expect(await page.locator('#announcement').textContent()).toBe('From 50 to 100 per cent of the run')
    await page.locator(timeline).hover({ position: { x: 300, y: 160 } })
    expect(complaints).toEqual([])
  })

  it('shows the confusion matrix of the model that is chosen', async () => {
    const { page } = await open('sample')
    const cells = page.locator('#confusion-drawing td:not(:empty)')
    const before = await cells.allInnerTexts()
    expect(before.reduce((sum, count) => sum + Number(count), 0)).toBe(20)
    const wrong = () => page.locator('#confusion-drawing td.wrong').count()
    const first = await wrong()
    await page.getByLabel('Confusion matrix of').selectOption({ label: 'inception_v4/tflite/t1' })
    expect(await wrong()).not.toBe(first)
  })

  it('is dark where the system is, or the reader wants it', async () => {
    const light = await open('sample', { colorScheme: 'light' })
    const dark = await open('sample', { colorScheme: 'dark' })
    const lightColour = await background(light.page)
    const darkColour = await background(dark.page)
    expect(lightColour).not.toBe(darkColour)
    const before = await picture(light.page, '#ecdf-drawing')
    await light.page.getByLabel('Colours').selectOption('dark')
    expect(await background(light.page)).toBe(darkColour)
    expect(before.equals(await picture(light.page, '#ecdf-drawing'))).toBe(false)
    await dark.page.getByLabel('Colours').selectOption('light')
    expect(await background(dark.page)).toBe(lightColour)
    expect(light.complaints.concat(dark.complaints)).toEqual([])
  })

  it('is not wider than a telephone', async () => {
    const { page } = await open('sample', { viewport: { width: 390, height: 800 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    // Beside the longest name there is room for what it is about, without scrolling.
    for (const row of await page.locator('#latency tbody tr').all()) {
      const figure = await row.locator('td').first().boundingBox()
      expect((figure?.x ?? 0) + (figure?.width ?? 1000)).toBeLessThan(390)
    }
    for (const drawing of drawings) {
      const box = await page.locator(`${drawing} canvas`).boundingBox()
      expect((box?.x ?? 0) + (box?.width ?? 1000), drawing).toBeLessThanOrEqual(390)
    }
  })

  it('shows hostile names, and runs none', async () => {
    const { page, complaints } = await open('hostile')
    const names = await firstColumn(page)
    expect(names.join(' ')).toContain('<script>window.hacked = true</script>')
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(await page.locator('main img, main script').count()).toBe(0)
    const boxes = { row: 1, rows: 20, top: 8, bottom: 46 }
    expect(await tellsWhatIsPointedAt(page, '#boxes-drawing', boxes), 'boxes').toBe(true)
    const ratios = { row: 1, rows: 19, top: 10, bottom: 50 }
    expect(await tellsWhatIsPointedAt(page, '#ratios-drawing', ratios), 'ratios').toBe(true)
    // A name that is refused would be one that got where it could do something.
    expect(complaints).toEqual([])
  })

  it.runIf(isFull)(
    'is there in time with 20 models of 10,000 inferences each, in the full tier',
    async () => {
      const begin = performance.now()
      const { page, complaints } = await open('large')
      await page.waitForSelector('#trade-off-drawing canvas')
      // Two seconds on a busy machine of two cores; not to be exact, but to notice when it takes a minute.
      expect(performance.now() - begin).toBeLessThan(20_000)
      expect(await page.locator('#timeline figcaption').textContent()).toContain('40,000 of 200,000')
      expect(await coloursIn(page, '#timeline-drawing')).toBeGreaterThan(20)
      expect(complaints).toEqual([])
    },
  )

  it.each(isFull ? (['light', 'dark'] as const) : (['light'] as const))(
    'has nothing that axe finds hard for some to use: %s',
    async (colorScheme) => {
      // The page's policy would refuse the program that examines it.
      const { page } = await open('sample', { colorScheme, bypassCSP: true })
      await page.addScriptTag({ content: await readFile(axe, 'utf8') })
      const found: unknown = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]))',
      )
      expect(found).toEqual([])
    },
  )

  it('has its tables without JavaScript, too', async () => {
    const { page } = await open('sample', { javaScriptEnabled: false })
    expect(await page.locator('#latency').textContent()).toContain('mobilenet_v1/tflite/t1')
    expect(await page.locator('#timeline figure').isVisible()).toBe(false)
    expect(await page.locator('main').textContent()).not.toContain('undefined')
  })
})
