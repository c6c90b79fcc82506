import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { escapeMarkdown, markdownReport, markdownTable } from '../../src/report/markdown.js'
import { printable } from '../../src/text/index.js'
import { hostileFragments, hostileTexts } from './hostile-text.js'
import { sampleResults } from './sample-results.js'

// As GitHub has it: HTML passes, bare links become links, and there are tables.
const parser = new MarkdownIt('default', { html: true, linkify: true })

/** The cells of all tables, as text; fails where a cell holds anything but text. */
function cellsOf(markdown: string): string[][] {
  const rows: string[][] = []
  const tokens = parser.parse(markdown, {})
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'tr_open') rows.push([])
    if (token.type !== 'td_open' && token.type !== 'th_open') continue
    const children = tokens[at + 1]?.children ?? []
    expect(children.map(({ type }) => type).filter((type) => type !== 'text')).toEqual([])
    rows.at(-1)?.push(children.map(({ content }) => content).join(''))
  }
  return rows
}

const names = [...hostileFragments, ...hostileTexts(300, 2)]
const shown = (name: string) => printable(name).trim()

describe('Markdown', () => {
  it('shows names as they are, in tables', () => {
    const table = markdownTable({
      id: 'names',
      title: 'Names',
      columns: [
        { title: 'one', kind: 'text' },
        { title: 'other', unit: 'ms', kind: 'number' },
      ],
      rows: names.map((name) => ({ cells: [{ text: name }, { text: '1', interval: '0–2' }] })),
      notes: [],
    })
    expect(cellsOf(table)).toEqual([['one', 'other, ms'], ...names.map((name) => [shown(name), '1 (0–2)'])])
  })

  it('shows names as they are, in a line', () => {
    for (const name of names) {
      const tokens = parser.parse(`x ${escapeMarkdown(name)}\n`, {})
      expect(tokens.map(({ type }) => type)).toEqual(['paragraph_open', 'inline', 'paragraph_close'])
      const children = tokens[1]?.children ?? []
      expect(children.filter(({ type }) => type !== 'text')).toEqual([])
      expect(
        children
          .map(({ content }) => content)
          .join('')
          .trim(),
      ).toBe(`x ${printable(name)}`.trim())
    }
  })

  it('takes no name for a list or a heading', () => {
    const plain = new Set(['paragraph_open', 'inline', 'paragraph_close'])
    for (const name of [...names, '1) a', '12. a', '+', '-', '+ a', '===', '---', '# a', '> a']) {
      const tokens = parser.parse(escapeMarkdown(name.trim()), {})
      expect(tokens.flatMap(({ type }) => (plain.has(type) ? [] : [[name, type]]))).toEqual([])
    }
  })

  it('does not touch names as models have them', () => {
    expect(escapeMarkdown('mobilenet_v1_1.0_224/tflite/t1')).toBe('mobilenet_v1_1.0_224/tflite/t1')
  })

  it('has remarks first, then tables, machine and settings', () => {
    const markdown = markdownReport({
      result: sampleResults({ runsPerRound: 60 }),
      published: [
        {
          title: 'Jetson',
          columns: ['macaw'],
          ours: [{ quantity: 'mean-ms', image: 'macaw 0' }],
          rows: [
            { model: 'inception_v4', cells: [1845] },
            { model: 'mobilenet_v1', cells: [100] },
          ],
        },
      ],
    })
    const heads = parser
      .parse(markdown, {})
      .flatMap((token, at, all) => (token.type === 'heading_open' ? [all[at + 1]?.content] : []))
    expect(heads).toEqual([
      'Benchmark sample',
      'Remarks',
      'Latency of one inference',
      'Ratios of latency',
      'Ours beside the published: Jetson',
      'Accuracy',
      'Class and score of each picture',
      'Classes taken for others',
      'Size, memory, loading and energy',
      'Fastest and slowest inferences',
      'Machine',
      'Settings',
    ])
    expect(markdown).toContain('| sensors that told nothing | ina3221 rail 3 |')
    expect(markdown).toContain('- **unreliable** inception_v4/tflite/t1: the processor was throttled 3 times')
    const rows = cellsOf(markdown)
    expect(rows.find(([name, whose]) => name === 'mobilenet_v1' && whose?.startsWith('ours'))?.[2]).toMatch(
      /^\d+\.\d+ \(0\.05\d\)$/,
    )
  })
})
