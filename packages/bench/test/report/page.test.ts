import { createHash } from 'node:crypto'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import { htmlReport } from '../../src/report/html/page.js'
import type { ReportInput } from '../../src/report/report.js'
import { printable } from '../../src/text/index.js'
import { hostileFragments, hostileTexts } from './hostile-text.js'
import { sampleResults } from './sample-results.js'

type Element = DefaultTreeAdapterTypes.Element
type ParentNode = DefaultTreeAdapterTypes.ParentNode

function elements(node: ParentNode): Element[] {
  return node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...elements(child)] : []))
}

function textOf(node: ParentNode): string {
  return node.childNodes
    .map((child) => ('value' in child ? child.value : 'childNodes' in child ? textOf(child) : ''))
    .join('')
}

const attribute = ({ attrs }: Element, name: string) => attrs.find((one) => one.name === name)?.value

/** The page as a browser parses it; it fails where the page is not well-formed HTML. */
async function pageOf(input: ReportInput): Promise<{ html: string; all: Element[] }> {
  const html = await htmlReport(input)
  const errors: string[] = []
  const document = parse(html, {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  })
  expect(errors).toEqual([])
  return { html, all: elements(document) }
}

const named = (all: readonly Element[], name: string) => all.filter(({ tagName }) => tagName === name)
const sample = await pageOf({ result: sampleResults({ runsPerRound: 60 }) })

/** What would have a browser ask something else for anything, or run what is not the page's own program. */
function reachesOut(all: readonly Element[]): string[] {
  return all.flatMap(({ tagName, attrs }) =>
    attrs.flatMap(({ name, value }) => {
      const isReference = ['src', 'href', 'srcset', 'action', 'data', 'poster', 'background'].includes(name)
      const isOwn = value.startsWith('#') || value === 'data:,'
      return (isReference && !isOwn) || name.startsWith('on') || name === 'style'
        ? [`<${tagName} ${name}="${value}">`]
        : []
    }),
  )
}

describe('the page', () => {
  it('refers to nothing outside itself', () => {
    expect(reachesOut(sample.all)).toEqual([])
    expect(
      sample.all.filter(({ tagName }) => ['iframe', 'object', 'embed', 'base', 'img'].includes(tagName)),
    ).toEqual([])
    expect(textOf(named(sample.all, 'style')[0] ?? sample.all[0] ?? fail())).not.toMatch(/url\(|@import/)
  })

  it('forbids everything but its own program and style', () => {
    const policy = named(sample.all, 'meta').find(
      (one) => attribute(one, 'http-equiv') === 'Content-Security-Policy',
    )
    const directives = new Map(
      (attribute(policy ?? fail(), 'content') ?? '').split('; ').map((one) => {
        const [name = '', ...values] = one.split(' ')
        return [name, values.join(' ')]
      }),
    )
    const hash = (element: Element | undefined) =>
      `'sha256-${createHash('sha256')
        .update(textOf(element ?? fail()))
        .digest('base64')}'`
    const scripts = named(sample.all, 'script')
    expect(Object.fromEntries(directives)).toEqual({
      'default-src': "'none'",
      'script-src': hash(scripts.find((one) => attribute(one, 'type') === undefined)),
      'style-src': hash(named(sample.all, 'style')[0]),
      'img-src': 'data:',
      'base-uri': "'none'",
      'form-action': "'none'",
    })
    // Before anything that it could forbid.
    const places = sample.all.map((one) => one)
    expect(places.indexOf(policy ?? fail())).toBeLessThan(
      places.findIndex(({ tagName }) => tagName === 'style'),
    )
  })

  it('explains the marks of unreliable figures in its drawings', () => {
    const captions = named(sample.all, 'figcaption').map(textOf).join('\n')
    expect(captions).toContain('with a question mark: of figures that are unreliable')
  })

  it('is small', async () => {
    expect(sample.html.length).toBeLessThan(900_000)
    const large = await htmlReport({
      result: sampleResults({ models: 20, runsPerRound: 1000, pictures: 500 }),
    })
    expect(large.length).toBeLessThan(1_500_000)
    expect(large).toContain('40,000 of 200,000 inferences are drawn')
  })

  it('has tables that are tables: heads with scopes, numbers to the right with their unit in the head', () => {
    const tables = named(sample.all, 'table')
    expect(tables.length).toBeGreaterThan(6)
    for (const table of tables) {
      for (const head of named(elements(table), 'th')) expect(attribute(head, 'scope')).toMatch(/^(row|col)$/)
    }
    const section = sample.all.find((one) => attribute(one, 'id') === 'latency')
    const heads = named(elements(section ?? fail()), 'th').filter((one) => attribute(one, 'scope') === 'col')
    expect(heads.map(textOf)).toContain('median, ms')
    expect(attribute(heads[1] ?? fail(), 'class')).toBe('number')
  })

  it('says first what has to be known before figures are used', () => {
    const items = named(sample.all, 'li').filter((one) => attribute(one, 'class') !== undefined)
    expect(items.map((one) => [attribute(one, 'class'), textOf(one)])).toEqual([
      ['failed', expect.stringContaining('broken/tflite/t1')],
      ['unreliable', expect.stringContaining('throttled 3 times')],
      ['warning', expect.stringContaining('others used 4 %')],
      ['skipped', expect.stringContaining('there is no GPU')],
    ])
  })

  it('has unique ids, and links that lead to them', () => {
    const ids = sample.all.flatMap((one) => attribute(one, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const links = named(sample.all, 'a').map((one) => attribute(one, 'href'))
    expect(links.length).toBeGreaterThan(8)
    expect(links.filter((link) => !ids.includes(link?.slice(1) ?? ''))).toEqual([])
  })

  it('shows names as they are, whatever is in them', async () => {
    const names = [...hostileFragments, ...hostileTexts(60, 5)].filter((name) => name.trim() !== '')
    const plain = sampleResults({ models: 1, rounds: 2, runsPerRound: 3 })
    const [model] = plain.models
    const models = names.map((id) => ({ ...(model ?? fail()), id, model: id, backend: id, version: id }))
    const page = await pageOf({
      result: {
        ...plain,
        machine: {
          ...plain.machine,
          processor: names.join(''),
          versions: { [names[1] ?? '']: names[2] ?? '' },
        },
        settings: { ...plain.settings, suite: names.join('') },
        images: plain.images.map((image, at) => `${image}${names[at]}`),
        models,
        ratios: names.slice(1).map((id) => ({
          id,
          to: names[0] ?? '',
          ratio: { value: 1, low: 0.9, high: 1.1, confidence: 0.95 },
          rounds: 2,
          verdict: 'undecided',
        })),
      },
      published: [
        {
          title: names.join(''),
          columns: [names[0] ?? ''],
          rows: [{ model: names[1] ?? '', cells: [names[3] ?? ''] }],
        },
      ],
    })
    expect(reachesOut(page.all)).toEqual([])
    expect(named(page.all, 'script').length).toBe(named(sample.all, 'script').length)
    const section = page.all.find((one) => attribute(one, 'id') === 'latency')
    const heads = named(elements(section ?? fail()), 'th').filter((one) => attribute(one, 'scope') === 'row')
    expect(heads.map(textOf)).toEqual(names.map(printable))
    // What is drawn has them, too: canvases show text as it is.
    const data: { models: { id: string }[] } = JSON.parse(
      textOf(page.all.find((one) => attribute(one, 'id') === 'page-data') ?? fail()),
    )
    expect(data.models.map(({ id }) => id)).toEqual(names.map(printable))
  })

  it('is there for results without any figure', async () => {
    const result = sampleResults({ models: 0, rounds: 1, pictures: 0 })
    const { html, all } = await pageOf({ result: { ...result, complete: false } })
    expect(named(all, 'figure')).toEqual([])
    expect(html).toContain('This run is not complete')
  })
})

function fail(): never {
  throw new Error('an element is missing')
}
