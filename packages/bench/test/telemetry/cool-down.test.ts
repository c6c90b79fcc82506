import { describe, expect, it, vi } from 'vitest'
import { CoolDown, Thermometer } from '../../src/telemetry/cool-down.js'
import { hottest, type Temperatures } from '../../src/telemetry/temperature.js'
import { orinNano, pc } from './machines.js'
import { makeMachine } from './make-machine.js'

const options = { toleranceC: 1, maxSeconds: 5, pollMs: 1 }

/** A cool-down that meets these temperatures one after another, the last of them for ever. */
async function coolDown(start: Temperatures, ...later: Temperatures[]) {
  let polls = -1
  const all = [start, ...later]
  const source = {
    temperatures: () => {
      polls += 1
      return all[Math.min(polls, all.length - 1)] ?? {}
    },
  }
  const one = new CoolDown(source)
  await one.begin()
  return { one, polls: () => polls }
}

const tj = (celsius: number): Temperatures => ({ 'tj-thermal': celsius, 'cpu-thermal': celsius - 1 })

describe('a cool-down', () => {
  it('waits until the hottest sensor is back at its start, and tells how it goes', async () => {
    const { one, polls } = await coolDown(tj(50), tj(60), tj(55), tj(51.5), tj(51), tj(49))
    const onProgress = vi.fn()
    const result = await one.wait({ ...options, onProgress })
    expect(result).toEqual({
      outcome: 'reached',
      seconds: expect.any(Number),
      celsius: 51,
      targetCelsius: 51,
    })
    expect(polls()).toBe(4)
    expect(onProgress.mock.calls.map(([{ celsius }]) => celsius)).toEqual([60, 55, 51.5, 51])
    expect(onProgress.mock.calls[0]).toEqual([
      { seconds: expect.any(Number), sensor: 'tj-thermal', celsius: 60, targetCelsius: 51 },
    ])
  })

  it('does not wait where it is cool', async () => {
    const { one, polls } = await coolDown(tj(50), tj(50.5))
    expect(await one.wait(options)).toMatchObject({ outcome: 'reached' })
    expect(polls()).toBe(1)
  })

  it('gives up at its limit', async () => {
    const { one } = await coolDown(tj(50), tj(60))
    const began = performance.now()
    expect(await one.wait({ ...options, maxSeconds: 0.1 })).toEqual({
      outcome: 'gave-up',
      seconds: expect.any(Number),
      celsius: 60,
      targetCelsius: 51,
    })
    expect(performance.now() - began).toBeGreaterThan(95)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('looks once where it may not wait at all', async () => {
    const { one, polls } = await coolDown(tj(50), tj(60))
    expect(await one.wait({ ...options, maxSeconds: 0 })).toMatchObject({ outcome: 'gave-up' })
    expect(polls()).toBe(1)
  })

  it('is aborted while it waits, at once', async () => {
    const { one } = await coolDown(tj(50), tj(60))
    const controller = new AbortController()
    const began = performance.now()
    const waiting = one.wait({ ...options, pollMs: 60_000, maxSeconds: 120, signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', message: 'the cool-down was aborted' })
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('is aborted before it began', async () => {
    const { one } = await coolDown(tj(50), tj(60))
    await expect(one.wait({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  it('does nothing where there is no sensor', async () => {
    const { one } = await coolDown({})
    expect(await one.wait(options)).toEqual({ outcome: 'no-sensor', seconds: 0 })
  })

  it('ends where the sensor goes away, but not where it fails once', async () => {
    const { one } = await coolDown(tj(50), tj(60), {}, {}, tj(55), {})
    expect(await one.wait(options)).toEqual({ outcome: 'no-sensor', seconds: expect.any(Number) })
    const { one: other } = await coolDown(tj(50), tj(60), {}, {}, tj(50))
    expect(await other.wait(options)).toMatchObject({ outcome: 'reached' })
  })

  it('reads the sensors of a board itself', async () => {
    const machine = await makeMachine(orinNano)
    const thermometer = await Thermometer.open(machine.roots)
    const one = new CoolDown(thermometer)
    await one.begin()
    expect(one.startCelsius).toBe(50.875)
    for (const zone of [0, 1, 5, 6, 7, 8])
      await machine.write(`sys/class/thermal/thermal_zone${zone}/temp`, '70000')
    const waiting = one.wait(options)
    setTimeout(() => {
      for (const zone of [0, 1, 5, 6, 7, 8])
        void machine.write(`sys/class/thermal/thermal_zone${zone}/temp`, '51000')
    }, 30)
    expect(await waiting).toMatchObject({ outcome: 'reached', celsius: 51 })
    thermometer.close()
    await machine.remove()
  })
})

describe('the hottest sensor', () => {
  it.each([
    ['of the chips', { 'tj-thermal': 60, 'cpu-thermal': 59, tboard: 70, 'PMIC-Die': 100 }, 'tj-thermal'],
    ['of a PC', { acpitz: 90, x86_pkg_temp: 50, iwlwifi_1: 60, 'gpu 0': 55 }, 'gpu 0'],
    ['of what there is', { acpitz: 30, iwlwifi_1: 40 }, 'iwlwifi_1'],
    ['of nothing', {}, undefined],
  ])('%s', (_, temperatures, sensor) => {
    expect(hottest(temperatures as Temperatures)?.sensor).toBe(sensor)
  })

  it('of a recorded PC is that of the package', async () => {
    const machine = await makeMachine(pc)
    const thermometer = await Thermometer.open(machine.roots)
    expect(hottest(await thermometer.temperatures())).toEqual({ sensor: 'x86_pkg_temp', celsius: 38 })
    thermometer.close()
    await machine.remove()
  })
})
