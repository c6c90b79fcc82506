import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/result/schema.js'
import { type Evidence, judgeReliability } from '../../src/telemetry/reliability.js'

/** Readings every half second for ten seconds, in all of which the model ran. */
function evidence(
  reading: (second: number) => Omit<Reading, 'atMs'>,
  other: Partial<Evidence> = {},
): Evidence {
  return {
    readings: Array.from({ length: 21 }, (_, index) => ({ atMs: 500 * index, ...reading(index / 2) })),
    windows: [{ fromMs: 0, toMs: 10_000 }],
    amount: { samples: 500, seconds: 10 },
    quality: {
      drift: { change: 0.001, pValue: 0.5, drifted: false },
      noise: { betweenRounds: 0.004, noisy: false },
    },
    asked: { minRuns: 100, minSeconds: 2 },
    machine: { cores: 4, governor: 'performance' },
    threads: 1,
    ...other,
  }
}

const steady: Omit<Reading, 'atMs'> = {
  temperatureC: { 'tj-thermal': 50 },
  cpuMhz: 1728,
  gpuMhz: 305,
  cpuLoad: 0.26,
  gpuLoad: 0,
  otherLoad: 0.01,
  steal: 0,
  pressure: { cpu: 1, io: 0, memory: 0 },
}
const verdicts = (of: Evidence) => judgeReliability(of).map(({ code, unreliable }) => [code, unreliable])

describe('a run', () => {
  it('that was steady has no warning', () => {
    expect(judgeReliability(evidence(() => steady))).toEqual([])
  })

  it('of which nothing could be read has none either', () => {
    expect(judgeReliability(evidence(() => ({})))).toEqual([])
    expect(judgeReliability(evidence(() => steady, { readings: [], windows: [] }))).toEqual([])
  })

  const rising = (from: number, to: number) => (second: number) => from + ((to - from) * second) / 10
  const cases: [string, Evidence, [string, boolean][]][] = [
    [
      'throttled once',
      evidence((second) => ({ ...steady, ...(second === 5 && { throttled: { 'package 0': 1 } }) })),
      [['throttled', true]],
    ],
    [
      'met peaks of current',
      evidence(() => ({ ...steady, throttled: { oc3_event_cnt: 4 } })),
      [['throttled', false]],
    ],
    [
      'met peaks of current and heat',
      evidence(() => ({ ...steady, throttled: { oc3_event_cnt: 4, 'cpu-throttle-alert': 1 } })),
      [['throttled', true]],
    ],
    [
      'became hotter',
      evidence((second) => ({
        ...steady,
        temperatureC: { 'tj-thermal': rising(45, 65)(second), tboard: 30 },
      })),
      [['temperature-rose', false]],
    ],
    [
      'became a little hotter',
      evidence((second) => ({ ...steady, temperatureC: { cpu: rising(45, 50)(second) } })),
      [],
    ],
    [
      'had a clock that fell by a third',
      evidence((second) => ({ ...steady, cpuMhz: second < 5 ? 1728 : 1152 })),
      [['clock-changed', true]],
    ],
    [
      'had a clock that fell by 3 %',
      evidence((second) => ({ ...steady, cpuMhz: second < 5 ? 1728 : 1676 })),
      [['clock-changed', false]],
    ],
    [
      'had a clock that moved by 1 %',
      evidence((second) => ({ ...steady, cpuMhz: second < 5 ? 1728 : 1711 })),
      [],
    ],
    [
      'ran on a GPU whose clock rose',
      evidence((second) => ({ ...steady, gpuLoad: 0.9, gpuMhz: second < 5 ? 612 : 1020 })),
      [['clock-changed', true]],
    ],
    [
      'did not use the GPU whose clock rose',
      evidence((second) => ({ ...steady, gpuMhz: second < 5 ? 114 : 305 })),
      [],
    ],
    [
      'lost 4 % to the hypervisor',
      evidence(() => ({ ...steady, cpuLoad: 0.24, steal: 0.01 })),
      [['steal', true]],
    ],
    [
      'lost 1 % to the hypervisor',
      evidence(() => ({ ...steady, cpuLoad: 0.99, steal: 0.01 })),
      [['steal', false]],
    ],
    [
      'waited for a processor for a third of the time',
      evidence(() => ({ ...steady, pressure: { cpu: 33 } })),
      [['pressure', true]],
    ],
    [
      'waited for a processor now and then',
      evidence(() => ({ ...steady, pressure: { cpu: 12 } })),
      [['pressure', false]],
    ],
    [
      'has more threads than there are processors',
      evidence(() => ({ ...steady, pressure: { cpu: 80 } }), { threads: 8 }),
      [['pressure', false]],
    ],
    [
      'waited for memory, and for a disk',
      evidence(() => ({ ...steady, pressure: { cpu: 0, memory: 6, io: 40 } })),
      [
        ['pressure', true],
        ['pressure', false],
      ],
    ],
    [
      'was not alone, on a machine with room',
      evidence(() => ({ ...steady, otherLoad: 0.25 })),
      [['other-load', false]],
    ],
    [
      'was not alone, on a machine without',
      evidence(() => ({ ...steady, otherLoad: 0.25 }), { threads: 4 }),
      [['other-load', true]],
    ],
    ['left others a hundredth of a machine that it fills', evidence(() => steady, { threads: 4 }), []],
    [
      'had a governor that follows the load',
      evidence(() => steady, { machine: { cores: 4, governor: 'schedutil' } }),
      [['governor', false]],
    ],
    [
      'had one, with clocks that are held',
      evidence(() => steady, {
        machine: { cores: 4, governor: 'schedutil', powerMode: 'MAXN (mode 0), jetson_clocks on' },
      }),
      [],
    ],
    [
      'drifted',
      evidence(() => steady, { quality: { drift: { change: 0.05, pValue: 0.01, drifted: true } } }),
      [['drift', true]],
    ],
    [
      'became faster',
      evidence(() => steady, { quality: { drift: { change: -0.05, pValue: 0.01, drifted: true } } }),
      [['drift', true]],
    ],
    [
      'was noisy',
      evidence(() => steady, { quality: { noise: { betweenRounds: 0.06, noisy: true } } }),
      [['noise', true]],
    ],
    [
      'was too short',
      evidence(() => steady, { amount: { samples: 29, seconds: 60 } }),
      [['too-short', true]],
    ],
    [
      'ran for half a second',
      evidence(() => steady, { amount: { samples: 99, seconds: 0.5 } }),
      [['too-short', true]],
    ],
    [
      'ran for less than was asked for',
      evidence(() => steady, { amount: { samples: 60, seconds: 60 } }),
      [['too-short', false]],
    ],
    [
      'ran as often as was asked for, which is little',
      evidence(() => steady, {
        asked: { minRuns: 5, minSeconds: 0 },
        amount: { samples: 5, seconds: 0.1 },
      }),
      [['too-short', false]],
    ],
    [
      'ran as often as was asked for, which is enough',
      evidence(() => steady, {
        asked: { minRuns: 30, minSeconds: 0 },
        amount: { samples: 30, seconds: 0.1 },
      }),
      [],
    ],
  ]
  it.each(cases)('that %s', (_, of, expected) => {
    expect(verdicts(of)).toEqual(expected)
    for (const { message } of judgeReliability(of)) expect(message).toMatch(/^[A-Z].*\.$/)
  })

  it('answers only for the time in which it ran', () => {
    // From the fifth second on another model ran, and everything went wrong.
    const wrong = {
      ...steady,
      cpuMhz: 800,
      steal: 0.3,
      otherLoad: 0.7,
      throttled: { 'package 0': 1 },
      pressure: { cpu: 90 },
    }
    const readings = evidence((second) => (second <= 5 ? steady : wrong))
    expect(judgeReliability({ ...readings, windows: [{ fromMs: 0, toMs: 5000 }] })).toEqual([])
    expect(
      verdicts({ ...readings, windows: [{ fromMs: 5010, toMs: 10_000 }] }).map(([code]) => code),
    ).toEqual(['throttled', 'steal', 'pressure', 'other-load'])
  })

  it('is told with figures', () => {
    const messages = judgeReliability(
      evidence((second) => ({
        ...steady,
        cpuMhz: second < 5 ? 1728 : 1152,
        cpuLoad: 0.24,
        steal: 0.01,
        otherLoad: 0.25,
        throttled: { 'cpu-throttle-alert': 1 },
      })),
    ).map(({ message }) => message)
    expect(messages).toEqual([
      'The machine throttled while the model ran (cpu-throttle-alert 20×): clocks were held back by heat or power.',
      "The processors' clock went from 1728 to 1152 MHz while the model ran: what was measured is a mixture.",
      'The hypervisor gave 4.0 % of the processor time that was wanted to other machines.',
      'Other programs kept 1.0 of 4 processors busy while the model ran.',
    ])
  })
})
