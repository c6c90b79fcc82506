import { describe, expect, it } from 'vitest'
import { terminalReport } from '../../src/report/terminal.js'
import { paletteFor } from '../../src/text/index.js'
import { hostileTexts } from './hostile-text.js'
import { sampleResults } from './sample-results.js'

const plain = paletteFor({})

describe('the report on a terminal', () => {
  it('has figures with their intervals, marks what is not to be believed, and says why', () => {
    const report = terminalReport(
      { result: sampleResults({ models: 3, rounds: 10, runsPerRound: 150, pictures: 2 }) },
      plain,
    )
    expect(report).toMatchInlineSnapshot(`
      "Latency of one inference
        model                               median, ms  p90, ms  p99, ms  max, ms  samples  remarks
        mobilenet_v1/tflite/t1  3.1134 (3.1117–3.1151)    3.939      4.0    5.316     1500
        mobilenet_v2/tflite/t1  2.4098 (2.4089–2.4111)    3.048      3.1    4.269     1500
        inception_v4/tflite/t1     58.47 (58.43–58.50)    73.90       76    98.52     1500  unreliable
        broken/tflite/t1                             –        –        –        –        –  failed
        resnet18/tensorrt/t1                         –        –        –        –        –  skipped
        In parentheses: 95 % confidence intervals. Percentiles that so few samples cannot tell are left out; the maximum is one sample, and no statistic.
        unreliable: do not use these figures; the reasons are among the remarks.

      Ratios of latency
        model                   compared with                 times as long  verdict
        mobilenet_v2/tflite/t1  mobilenet_v1/tflite/t1  0.774 (0.762–0.787)  faster
        inception_v4/tflite/t1  mobilenet_v1/tflite/t1     18.8 (18.5–19.1)  slower, unreliable
        Ratios of medians, with 95 % intervals bootstrapped over rounds. Equal: the whole interval is within ±2 %.

      Accuracy
        model                       top-1, %      top-5, %  pictures  remarks
        mobilenet_v1/tflite/t1     50 (9–91)  100 (34–100)         2
        mobilenet_v2/tflite/t1  100 (34–100)  100 (34–100)         2
        inception_v4/tflite/t1  100 (34–100)  100 (34–100)         2  unreliable
        In parentheses: Wilson score intervals.
        unreliable: do not use these figures; the reasons are among the remarks.

      Class and score of each picture
        model                   macaw_0.jpg  ice_bear_1.jpg
        known to be             macaw        ice bear
        mobilenet_v1/tflite/t1  macaw 0.891  macaw 0.316, wrong
        mobilenet_v2/tflite/t1  macaw 0.660  ice bear 0.573
        inception_v4/tflite/t1  macaw 0.658  ice bear 0.606
        The class that a model put first, and its score; “wrong” where the picture is of another class.

      Remarks
        failed  broken/tflite/t1: MODEL_INVALID: the model broken.tflite is truncated; expected 4096 bytes, found 1024
        unreliable  inception_v4/tflite/t1: the processor was throttled 3 times while this model ran, and its clock fell from 1510 to 1190 MHz
        skipped  resnet18/tensorrt/t1: there is no GPU
      "
    `)
  })

  it('says that a run was stopped', () => {
    const result = { ...sampleResults({ models: 1, rounds: 1 }), complete: false }
    expect(terminalReport({ result }, plain)).toMatch(/^This run is not complete/)
    expect(terminalReport({ result: { ...result, complete: true } }, plain)).not.toContain('not complete')
  })

  it('is not steered by names', () => {
    const names = hostileTexts(40, 4)
    const report = terminalReport(
      { result: sampleResults({ models: 20, rounds: 1, names, pictures: 4 }) },
      plain,
    )
    expect(report.match(/(?!\n)[\p{Cc}\u202e\u2028]/gu)).toBeNull()
  })
})
