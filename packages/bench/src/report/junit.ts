import { FAILURES, failuresOf } from '../result/failures.js'
import type { ModelResult, ResultFile } from '../result/schema.js'
import { workedMs } from '../scenario/work.js'
import type { Bar } from '../suite/schema.js'
import { type JudgedBar, judgeBars } from './bars.js'
import { figureText, intervalFigure, plainFigure } from './figures.js'
import { barText, barVerdictText } from './tables/bars.js'
import { machineFacts, sensorFacts, settingsFacts } from './tables/run.js'

/**
 * Results as JUnit's XML, which build servers show. It is red where the exit code is 1.
 *
 * Each model is a test case: an error where it failed, a failure where pictures could not be decoded, skipped where it was not run. One whose
 * figures are not to be believed passes, and its output says so with the reasons: that a machine was busy breaks no build. The sensors
 * are a test case where any were read, which fails where one did not answer. So is a bar: one that is undecided, or judged by figures that are
 * not to be believed, counts as skipped.
 */
export function junitReport(result: ResultFile, bars: readonly Bar[] = []): string {
  const { models, settings, begun } = result
  const cases = [
    ...models.map((model) => testCase(model, settings.suite)),
    ...sensorCase(result),
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
  const properties = [...machineFacts(result), ...sensorFacts(result), ...settingsFacts(result)].map(
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

interface TestCase {
  readonly outcome: Outcome
  readonly text: string
}

function testCase(model: ModelResult, suite: string): TestCase {
  const { id, backend } = model
  const head = attributes({ classname: `${suite}.${backend}`, name: id, time: secondsOf(model).toFixed(3) })
  const { outcome, lines } = outcomeOf(model)
  const output = [
    ...element('system-out', [...figuresOf(model), ...warningsOf(model)]),
    ...element('system-err', model.error?.lastWords ?? []),
  ]
  return { outcome, text: [`    <testcase${head}>`, ...lines, ...output, '    </testcase>'].join('\n') }
}

function element(tag: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`      <${tag}>${escapeXml(lines.join('\n'))}</${tag}>`]
}

function sensorCase({ models, settings }: ResultFile): TestCase[] {
  if (models.every(({ telemetry }) => telemetry === undefined)) return []
  const head = attributes({ classname: `${settings.suite}.machine`, name: 'sensors', time: '0.000' })
  const messages = new Set(
    models.flatMap((model) => failuresOf(model, 'sensors').map(({ message }) => message)),
  )
  if (messages.size === 0) return [{ outcome: 'passed', text: `    <testcase${head}/>` }]
  const failure = `      <failure${attributes({ type: FAILURES.sensors, message: [...messages].join('; ') })}/>`
  return [{ outcome: 'failure', text: [`    <testcase${head}>`, failure, '    </testcase>'].join('\n') }]
}

function barCase(judged: JudgedBar, suite: string): TestCase {
  const { bar, ratio, verdict, unreliable, fails } = judged
  const head = attributes({ classname: `${suite}.bars`, name: `${bar.case}: ${barText(bar)}`, time: '0.000' })
  if (verdict === 'met' && !unreliable) return { outcome: 'passed', text: `    <testcase${head}/>` }
  const found = ratio === undefined ? verdict : figureText(intervalFigure(ratio.ratio))
  const message = `${found}, expected ${barText(bar)}${ratio === undefined ? '' : `: ${barVerdictText(judged)}`}`
  const element = fails
    ? `      <failure${attributes({ type: 'bar', message })}/>`
    : `      <skipped${attributes({ message })}/>`
  return {
    outcome: fails ? 'failure' : 'skipped',
    text: [`    <testcase${head}>`, element, '    </testcase>'].join('\n'),
  }
}

function outcomeOf(model: ModelResult): { outcome: Outcome; lines: readonly string[] } {
  const { skipped, error } = model
  if (skipped !== undefined) {
    return { outcome: 'skipped', lines: [`      <skipped${attributes({ message: skipped })}/>`] }
  }
  if (error !== undefined) {
    const { code, message } = error
    return { outcome: 'error', lines: [`      <error${attributes({ type: code, message })}/>`] }
  }
  const failures = failuresOf(model, 'pictures').map(({ message }) => message)
  if (failures.length === 0) return { outcome: 'passed', lines: [] }
  const failure = attributes({ type: FAILURES.pictures, message: failures.join('; ') })
  return { outcome: 'failure', lines: [`      <failure${failure}/>`] }
}

/** What has to be known before its figures are used. */
function warningsOf({ reliable, warnings }: ModelResult): string[] {
  const reasons = warnings.filter(({ unreliable }) => unreliable)
  if (!reliable && reasons.length === 0) return ['UNRELIABLE: no reason is recorded']
  return warnings.map(({ message, unreliable }) => `${unreliable ? 'UNRELIABLE' : 'warning'}: ${message}`)
}

function figuresOf({ latencyMs, throughput, randomWeights }: ModelResult): string[] {
  const lines: string[] = []
  if (latencyMs !== undefined && latencyMs.samples > 0) {
    const median = latencyMs.p50 === undefined ? plainFigure(latencyMs.median) : intervalFigure(latencyMs.p50)
    lines.push(`median ${figureText(median)} ms of ${latencyMs.samples} inferences`)
    if (latencyMs.p99 !== undefined) lines.push(`p99 ${figureText(intervalFigure(latencyMs.p99))} ms`)
  }
  if (throughput !== undefined) lines.push(`${figureText(intervalFigure(throughput))} inferences a second`)
  if (randomWeights) lines.push('random weights')
  return lines
}

/** How long it worked in the steady state: samples of some scenarios overlap. */
function secondsOf(model: ModelResult): number {
  return workedMs(model) / 1000
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
