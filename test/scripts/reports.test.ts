import { describe, expect, it } from 'vitest'
import { readJunit } from '../../scripts/testing/ctest.js'
import { closingLine, oneFailed, total } from '../../scripts/testing/outcome.js'
import { readVitestReport } from '../../scripts/testing/vitest.js'

const junit = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="5" failures="2" disabled="1" skipped="1" hostname="" time="0">
	<testcase name="A.Passes" classname="A.Passes" time="0.002" status="run">
		<system-out>[ RUN      ] A.Passes</system-out>
	</testcase>
	<testcase name="A.Fails" classname="A.Fails" time="0.002" status="fail">
		<failure message=""/>
		<system-out>a &lt; b</system-out>
	</testcase>
	<testcase name="A.Skips" classname="A.Skips" time="0.002" status="notrun">
		<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
		<system-out>[ RUN      ] A.Skips
t.cc:4: Skipped
no library here
[  SKIPPED ] A.Skips (0 ms)
</system-out>
	</testcase>
	<testcase name="A.Off" classname="A.Off" time="0" status="disabled">
		<system-out>Disabled</system-out>
	</testcase>
	<testcase name="A.Crashes" classname="A.Crashes" time="0.001" status="fail">
		<failure message=""/>
	</testcase>
</testsuite>`

const file = (status: string, ...tests: string[]): object => ({
  name: `/somewhere/${status}.test.ts`,
  status,
  assertionResults: tests.map((test) => ({ status: test, fullName: `is ${test}` })),
})

describe('the count of all runners', () => {
  it('reads what ctest wrote, with the reason of what was skipped', () => {
    expect(readJunit(junit)).toEqual({
      passed: 1,
      failed: 2,
      failures: ['A.Fails', 'A.Crashes'],
      skipped: [
        { what: 'A.Skips', why: 'no library here' },
        { what: 'A.Off', why: 'disabled' },
      ],
    })
  })

  it('finds no passed test where there is no report', () => {
    expect(readJunit('')).toMatchObject({ passed: 0, failed: 0 })
  })

  it('reads what vitest wrote; a file that cannot be loaded is a failure', () => {
    const testResults = [
      file('passed', 'passed', 'skipped', 'passed'),
      file('failed', 'failed'),
      file('failed'),
    ]
    expect(readVitestReport(JSON.stringify({ testResults }))).toEqual({
      passed: 2,
      failed: 2,
      skipped: [{ what: 'passed.test.ts: is skipped', why: 'its condition does not hold here' }],
    })
  })

  it('counts a hook that failed, which leaves tests that never ran', () => {
    const testResults = [file('failed', 'skipped', 'passed')]
    expect(readVitestReport(JSON.stringify({ testResults }))).toMatchObject({ passed: 1, failed: 1 })
  })

  it('refuses a report of another form', () => {
    expect(() => readVitestReport('{}')).toThrow('testResults must be a list')
  })

  it('adds up', () => {
    const all = total([{ passed: 3, failed: 1, skipped: [{ what: 'a', why: 'b' }] }, oneFailed])
    expect(closingLine(all)).toBe('3 passed, 2 failed')
    expect(all.skipped).toHaveLength(1)
  })
})
