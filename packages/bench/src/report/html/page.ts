import { createHash } from 'node:crypto'
import { remarksHeadline, remarksOf } from '../remarks.js'
import type { ReportInput } from '../report.js'
import type { ReportTable } from '../report-table.js'
import { reportTables } from '../report-tables.js'
import { type Fact, machineFacts, sensorFacts, settingsFacts } from '../tables/run.js'
import { drawnOf, drawnShare } from './drawn.js'
import { escapeHtml, scriptJson } from './escape.js'
import { figuresOf } from './figure-elements.js'
import { htmlSection } from './html-table.js'
import { type PageAssets, readPageAssets } from './page-assets.js'

// Cells of the table of pictures: what a browser still lays out at once.
const MOST_CELLS = 3000
const MOST_CONFUSIONS = 10

/**
 * What a run found as one page that needs nothing else: tables that can be sorted, and drawings. It asks no network for anything, and
 * forbids it to whatever names in the results could smuggle into it.
 */
export async function htmlReport(input: ReportInput): Promise<string> {
  return pageText(input, await readPageAssets())
}

function pageText(input: ReportInput, { program, style }: PageAssets): string {
  const { result } = input
  const data = drawnOf(result)
  const answering = result.models.filter(({ accuracy }) => accuracy !== undefined).length
  const tables = reportTables(input, {
    pictures: Math.floor(MOST_CELLS / Math.max(1, answering)),
    confusions: MOST_CONFUSIONS,
  })
  const drawings = figuresOf(data, drawnShare(data, result))
  const title = `Benchmark ${escapeHtml(result.settings.suite)}`
  const sections = sectionsOf(tables, drawings)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(program, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#latency">Skip to the figures</a>
<header>
<h1>${title}</h1>
<p>${introduction(input)}</p>
<div class="tools" hidden></div>
</header>
<main>
${incomplete(input)}${remarks(input)}<nav aria-label="Contents"><ul>
${sections.map(({ id, name }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`).join('\n')}
</ul></nav>
${sections.map(({ html }) => html).join('\n')}
<div class="facts">
${facts('machine', 'Machine', [...machineFacts(result), ...sensorFacts(result)])}
${facts('settings', 'Settings', settingsFacts(result))}
</div>
</main>
<div id="announcement" class="hidden-visually" role="status"></div>
<noscript><p class="note">Without JavaScript there are no drawings, and tables cannot be sorted; nothing else is missing.</p></noscript>
<script type="application/json" id="page-data">${scriptJson(data)}</script>
<script>${program}</script>
</body>
</html>
`
}

interface Section {
  readonly id: string
  readonly name: string
  readonly html: string
}

/** Tables with what is drawn of them, and where they stand among the drawings that have no table. */
function sectionsOf(tables: readonly ReportTable[], drawings: ReturnType<typeof figuresOf>): Section[] {
  const sections: Section[] = []
  for (const table of tables) {
    // Accuracy is read beside what it costs.
    if (table.id === 'accuracy') sections.push(...drawings.apart)
    sections.push({
      id: table.id,
      name: table.title,
      html: htmlSection(table, drawings.within.get(table.id) ?? ''),
    })
  }
  if (!tables.some(({ id }) => id === 'accuracy')) {
    const place = sections.findIndex(({ id }) => id === 'pictures' || id === 'cost')
    sections.splice(place, 0, ...drawings.apart)
  }
  return sections
}

function policyFor(program: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `script-src ${hash(program)}`,
    `style-src ${hash(style)}`,
    // The icon that browsers would look for otherwise.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function introduction({ result: { machine, begun, models } }: ReportInput): string {
  const where = [machine.board, machine.processor, machine.gpu].filter((one) => one !== undefined)
  const count = `${models.length} result${models.length === 1 ? '' : 's'}`
  return `${count}, measured on ${escapeHtml(where.join(', '))}, <time datetime="${escapeHtml(begun)}">${escapeHtml(plainTime(begun))}</time>`
}

/** To the minute, in the time of UTC: where it is read, it may be another day. */
function plainTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?Z$/, '$1 $2 UTC')
}

function incomplete({ result }: ReportInput): string {
  if (result.complete) return ''
  return '<p class="alarm"><strong>This run is not complete:</strong> it goes on, or was stopped.</p>\n'
}

function remarks({ result }: ReportInput): string {
  const items = remarksOf(result).map(({ kind, ids, about, text }) => {
    const names = about ?? ids.map((id) => `<span class="name">${escapeHtml(id)}</span>`).join(', ')
    return `<li class="${kind}"><strong>${kind}</strong> ${names}: ${escapeHtml(text)}</li>`
  })
  if (items.length === 0) return ''
  const headline = remarksHeadline(result)
  return `<section class="remarks" aria-labelledby="remarks-title">
<h2 id="remarks-title">Remarks</h2>
${headline === undefined ? '' : `<p><strong>${headline}</strong></p>\n`}<ul>
${items.join('\n')}
</ul>
</section>
`
}

function facts(id: string, title: string, list: readonly Fact[]): string {
  const items = list.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  )
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<dl>
${items.join('\n')}
</dl>
</section>`
}
