import type { ModelResult, ResultFile } from '../result/schema.js'
import type { Bar } from '../suite/schema.js'
import { type JudgedBar, judgeBars } from './bars.js'
import { figureText, intervalFigure, plainFigure } from './figures.js'
import { barText } from './tables/bars.js'
import { machineFacts, settingsFacts } from './tables/run.js'

/**
 * Results as JUnit's XML, which build servers show: one test case for each model. One that failed is an error, one whose figures are not to
 * be believed a failure, one that was not run is skipped. A bar is a test case, too.
 */
export function junitReport(result: ResultFile, bars: readonly Bar[] = []): string {
  const { models, settings, begun } = result
  const cases = [
    ...models.map((model) => testCase(model, settings.suite)),
    ...judgeBars(bars, result).map((judged) => barCase(judged, settings.suite)),
  ]
  const count = (kind: string) => cases.filter((one) => one.outcome === kind).length
  const seconds = models.reduce((sum, model) => sum + secondsOf(model), 0)
  const counts = {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds.toFixed(3),
  }
  const properties = [...machineFacts(result), ...settingsFacts(result)].map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: settings.suite, ...counts })}>`,
    `  <testsuite${attributes({ name: settings.suite, timestamp: begun, ...counts })}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...cases.map(({ text }) => text),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

function testCase(model: ModelResult, suite: string): { outcome: Outcome; text: string } {
  const { id, backend } = model
  const head = attributes({ classname: `${suite}.${backend}`, name: id, time: secondsOf(model).toFixed(3) })
  const { outcome, lines } = outcomeOf(model)
  const figures = figuresOf(model)
  const output = figures === '' ? [] : [`      <system-out>${escapeXml(figures)}</system-out>`]
  return { outcome, text: [`    <testcase${head}>`, ...lines, ...output, '    </testcase>'].join('\n') }
}

function barCase({ bar, ratio, met }: JudgedBar, suite: string): { outcome: Outcome; text: string } {
  const head = attributes({ classname: `${suite}.bars`, name: `${bar.case}: ${barText(bar)}`, time: '0.000' })
  if (met) return { outcome: 'passed', text: `    <testcase${head}/>` }
  const found = ratio === undefined ? 'not measured' : figureText(intervalFigure(ratio.ratio))
  const failure = `      <failure${attributes({ type: 'bar', message: `${found}, expected ${barText(bar)}` })}/>`
  return { outcome: 'failure', text: [`    <testcase${head}>`, failure, '    </testcase>'].join('\n') }
}

function outcomeOf({ skipped, error, reliable, warnings }: ModelResult): {
  outcome: Outcome
  lines: readonly string[]
} {
  if (skipped !== undefined) {
    return { outcome: 'skipped', lines: [`      <skipped${attributes({ message: skipped })}/>`] }
  }
  if (error !== undefined) {
    const { code, message } = error
    return { outcome: 'error', lines: [`      <error${attributes({ type: code, message })}/>`] }
  }
  if (reliable) return { outcome: 'passed', lines: [] }
  const reasons = warnings.filter(({ unreliable }) => unreliable).map(({ message }) => message)
  const message = `unreliable: ${reasons.length === 0 ? 'no reason is recorded' : reasons.join('; ')}`
  return { outcome: 'failure', lines: [`      <failure${attributes({ type: 'unreliable', message })}/>`] }
}

function figuresOf({ latencyMs, throughput, randomWeights }: ModelResult): string {
  const lines: string[] = []
  if (latencyMs !== undefined && latencyMs.samples > 0) {
    const median = latencyMs.p50 === undefined ? plainFigure(latencyMs.median) : intervalFigure(latencyMs.p50)
    lines.push(`median ${figureText(median)} ms of ${latencyMs.samples} inferences`)
    if (latencyMs.p99 !== undefined) lines.push(`p99 ${figureText(intervalFigure(latencyMs.p99))} ms`)
  }
  if (throughput !== undefined) lines.push(`${figureText(intervalFigure(throughput))} inferences a second`)
  if (randomWeights) lines.push('random weights')
  return lines.join('\n')
}

/** What it took in the steady state. */
function secondsOf({ samplesMs }: ModelResult): number {
  return samplesMs.reduce((sum, ms) => sum + ms, 0) / 1000
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

// XML 1.0 has no way to write these at all: controls, halves of surrogate pairs, U+FFFE and U+FFFF.
const UNWRITABLE = /(?![\t\n\r\u007f-\u009f])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // In attributes they would become spaces.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function escapeXml(text: string): string {
  return text
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"\t\n\r]/g, (character) => XML_ENTITIES[character] ?? character)
}
