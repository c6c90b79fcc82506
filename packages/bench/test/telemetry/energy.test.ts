import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/result/schema.js'
import { inferenceEnergy, railsOfWhole } from '../../src/telemetry/energy.js'
import { Sampler } from '../../src/telemetry/sampler.js'
import { windowsOf } from '../../src/telemetry/windows.js'
import { agxOrin, nano, orinNano } from './machines.js'
import { makeMachine } from './make-machine.js'

/** Readings every half second. */
function readings(count: number, powerMw: (atMs: number) => Record<string, number> | undefined): Reading[] {
  return Array.from({ length: count }, (_, index) => {
    const power = powerMw(500 * index)
    return { atMs: 500 * index, ...(power !== undefined && { powerMw: power }) }
  })
}

const whole = (toMs: number) => [{ fromMs: 0, toMs }]

describe('energy of one inference', () => {
  it('is power times time', () => {
    const energy = inferenceEnergy({
      readings: readings(21, () => ({ VDD_IN: 8000, VDD_SOC: 1500 })),
      windows: whole(10_000),
      inferences: 200,
    })
    // 8 W for 10 s, by 200.
    expect(energy).toEqual({ energyMj: { value: 400, source: 'VDD_IN' } })
  })

  it('goes in a straight line between readings, and begins and ends between them', () => {
    const energy = inferenceEnergy({
      readings: readings(21, (atMs) => ({ VDD_IN: atMs })),
      windows: [{ fromMs: 1250, toMs: 7750 }],
      inferences: 65,
    })
    // On average 4.5 W, for 6.5 s.
    expect(energy).toMatchObject({ energyMj: { value: expect.closeTo(450, 6) } })
  })

  it("is what RAPL's counter counted: its power is a mean since the reading before", () => {
    // Nothing for two seconds, then 10 J every half second.
    const energy = inferenceEnergy({
      readings: readings(9, (atMs) => ({ 'package-0': atMs > 2000 ? 20_000 : 0, 'package-0/core': 5 })),
      windows: whole(4000),
      inferences: 10,
    })
    expect(energy).toEqual({ energyMj: { value: 4000, source: 'package-0' } })
  })

  it('counts only the time in which the model ran, of several that run by turns', () => {
    const energy = inferenceEnergy({
      // Two seconds of this one at 10 W, two of another at 30 W, and so on.
      readings: readings(33, (atMs) => ({ VDD_IN: atMs % 4000 < 2000 ? 10_000 : 30_000 })),
      windows: [
        { fromMs: 100, toMs: 1400 },
        { fromMs: 4100, toMs: 5400 },
        { fromMs: 8100, toMs: 9400 },
      ],
      inferences: 39,
    })
    expect(energy).toEqual({ energyMj: { value: expect.closeTo(1000, 6), source: 'VDD_IN' } })
  })

  it.each([
    [0.9, 100, 'package-0 + gpu 0'],
    [0.05, 40, 'package-0'],
  ])('has the graphics card in it where that was at work: %d', (gpuLoad, value, source) => {
    const energy = inferenceEnergy({
      readings: readings(21, () => ({ 'package-0': 40_000, 'gpu 0': 60_000 })).map((reading) => ({
        ...reading,
        // Before and after, other models ran on it.
        gpuLoad: reading.atMs >= 2000 && reading.atMs <= 8000 ? gpuLoad : 0.5,
      })),
      windows: [{ fromMs: 2000, toMs: 8000 }],
      inferences: 6000,
    })
    expect(energy).toEqual({ energyMj: { value, source } })
  })

  it.each([
    ['Orin Nano', orinNano, 'VDD_IN', 5.016 * 0.904],
    [
      'AGX Orin',
      agxOrin,
      'VDD_GPU_SOC + VDD_CPU_CV + VIN_SYS_5V0',
      19.144 * 0.248 + 19.144 * 0.04 + 5.008 * 0.768,
    ],
    ['Nano', nano, 'POM_5V_IN', 0.933],
  ])('of a recorded %s is of all that feeds its module', async (_, recorded, source, watts) => {
    const machine = await makeMachine(recorded)
    let nowMs = 0
    const sampler = new Sampler({ roots: machine.roots, intervalMs: 3_600_000, clock: () => nowMs })
    try {
      await sampler.start()
      for (nowMs = 500; nowMs <= 5000; nowMs += 500) await sampler.read()
      const energy = inferenceEnergy({ readings: sampler.readings, windows: whole(5000), inferences: 5 })
      expect(energy).toEqual({ energyMj: { value: expect.closeTo(1000 * watts, 0), source } })
    } finally {
      await sampler.stop()
      await machine.remove()
    }
  })

  it.each([
    [
      'no power was measured',
      readings(21, () => undefined),
      whole(10_000),
      10,
      'no rail of the whole module',
    ],
    [
      'only parts were measured',
      readings(21, () => ({ VDD_SOC: 5 })),
      whole(10_000),
      10,
      'no rail of the whole module',
    ],
    ['nothing ran', readings(21, () => ({ VDD_IN: 5 })), [], 0, 'nothing ran'],
    [
      'it ran for too short',
      readings(21, () => ({ VDD_IN: 5 })),
      whole(1200),
      10,
      '3 readings of power fell into its runs, 4 are needed',
    ],
    [
      'its turns were too short',
      readings(101, () => ({ VDD_IN: 5 })),
      Array.from({ length: 10 }, (_, index) => ({ fromMs: 5000 * index - 100, toMs: 5000 * index + 100 })),
      10,
      'its turns of 0.20 s are shorter than the 0.50 s between readings',
    ],
    [
      'the sensor was gone for most of the time',
      readings(41, (atMs) => (atMs < 4000 || atMs > 16_000 ? { VDD_IN: 5 } : undefined)),
      whole(20_000),
      10,
      'power of VDD_IN is known for 35 % of the time',
    ],
  ])('cannot be told where %s', (_, of, windows, inferences, reason) => {
    expect(inferenceEnergy({ readings: of, windows, inferences })).toEqual({
      reason: expect.stringContaining(reason),
    })
  })
})

describe('the rails of the whole', () => {
  it.each([
    ['Orin Nano', ['VDD_IN', 'VDD_CPU_GPU_CV', 'VDD_SOC'], false, ['VDD_IN']],
    ['Nano', ['POM_5V_IN', 'POM_5V_GPU', 'POM_5V_CPU'], false, ['POM_5V_IN']],
    [
      'AGX Orin, whose memory is fed from VIN_SYS_5V0',
      ['VDD_GPU_SOC', 'VDD_CPU_CV', 'VIN_SYS_5V0', 'VDDQ_VDD2_1V8AO'],
      true,
      ['VDD_GPU_SOC', 'VDD_CPU_CV', 'VIN_SYS_5V0'],
    ],
    ['PC', ['package-0', 'package-0/core', 'package-0/dram', 'psys', 'gpu 0'], false, ['package-0']],
    ['PC whose card worked', ['package-0', 'package-1', 'gpu 0'], true, ['package-0', 'package-1', 'gpu 0']],
    ['PC without RAPL', ['gpu 0'], false, []],
  ])('of a %s', (_, rails, gpu, expected) => {
    expect(railsOfWhole(new Set(rails), gpu)).toEqual(expected)
  })
})

describe('windows', () => {
  it('are one a round, from the first inference to the end of the last', () => {
    const windows = windowsOf({
      samplesAtMs: [100, 112, 500, 511, 300],
      samplesMs: [10, 11, 10, 14, 9],
      rounds: [0, 0, 2, 2, 1],
    })
    expect(windows).toEqual([
      { fromMs: 100, toMs: 123 },
      { fromMs: 300, toMs: 309 },
      { fromMs: 500, toMs: 525 },
    ])
  })
})
