import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Sampler } from '../../src/telemetry/sampler.js'
import { orinNano, pc } from './machines.js'
import { type FakeProgram, type MadeMachine, makeMachine } from './make-machine.js'

const HOUR_MS = 3_600_000
const machines: MadeMachine[] = []
const samplers: Sampler[] = []

afterEach(async () => {
  for (const sampler of samplers.splice(0)) await sampler.stop()
  for (const machine of machines.splice(0)) await machine.remove()
})

async function sample(recorded = orinNano, programs: Readonly<Record<string, FakeProgram>> = {}) {
  const machine = await makeMachine(recorded, programs)
  machines.push(machine)
  const { roots, late } = machine
  const sampler = new Sampler({ roots, late, intervalMs: HOUR_MS, gpu: false })
  samplers.push(sampler)
  await sampler.start()
  return { machine, sampler }
}

const VDD_IN = 'sys/class/hwmon/hwmon1/curr1_input'
const TJ = 'sys/class/thermal/thermal_zone8/temp'

describe('a sensor that fails', () => {
  it('goes away during the run: it is listed once, and the others are read', async () => {
    const { machine, sampler } = await sample()
    machine.fail(VDD_IN, 'ENODEV')
    for (let count = 0; count < 30; count += 1) {
      const reading = await sampler.read()
      expect(Object.keys(reading?.powerMw ?? {})).toEqual(['VDD_CPU_GPU_CV', 'VDD_SOC'])
      expect(reading?.temperatureC).toMatchObject({ 'tj-thermal': 50.875 })
    }
    expect(sampler.unreadable['power VDD_IN']).toMatch(/curr1_input: the device has gone \(ENODEV\)$/)
    machine.fail(VDD_IN, undefined)
    // It is tried again now and then.
    await vi.waitFor(async () => expect((await sampler.read())?.powerMw).toHaveProperty('VDD_IN'), {
      interval: 0,
    })
    expect(sampler.unreadable['power VDD_IN']).toMatch(/\(ENODEV\) \(\d times; later it was read\)$/)
    machine.fail(VDD_IN, 'EIO')
    await sampler.read()
    // Of the first time, and it is gone again.
    expect(sampler.unreadable['power VDD_IN']).toMatch(/the device has gone \(ENODEV\)$/)
  })

  it('was switched off when the run began, and is read when it wakes', async () => {
    const { machine, sampler } = await sample()
    expect(sampler.readings[0]?.temperatureC).not.toHaveProperty('cv0-thermal')
    machine.fail('sys/class/thermal/thermal_zone2/temp', undefined)
    await machine.write('sys/class/thermal/thermal_zone2/temp', '47000')
    expect((await sampler.read())?.temperatureC).toMatchObject({ 'cv0-thermal': 47 })
    expect(sampler.unreadable['temperature cv0-thermal']).toMatch(/\(EAGAIN\) \(once; later it was read\)$/)
  })

  it.each([
    ['nothing', '', 'it is empty'],
    ['words', 'not a number', 'expected a whole number from -40000 to 150000, found "not a number"'],
    ['binary', '\u0001\u0000\uFFFD', 'expected a whole number'],
    ['a fraction', '50.875', 'expected a whole number'],
    ['hexadecimal digits', '0x1000', 'expected a whole number'],
    ['a number that is too large for a temperature', '1000000', 'found "1000000"'],
    ['a number that is too large for any', '9'.repeat(60), `found "${'9'.repeat(40)}…"`],
    ['two numbers', '50875 50875', 'found "50875 50875"'],
  ])('says %s', async (_, text, reason) => {
    const { machine, sampler } = await sample()
    await machine.write(TJ, text)
    const reading = await sampler.read()
    expect(reading?.temperatureC).toMatchObject({ 'cpu-thermal': 49.843 })
    expect(reading?.temperatureC).not.toHaveProperty('tj-thermal')
    expect(sampler.unreadable['temperature tj-thermal']).toContain(reason)
  })

  it.each([
    ['proc/stat', 'cpu load', 'cpu  18446744073709551615 0 0 1 0 0 0 0'],
    ['proc/stat', 'cpu load', 'cpu'],
    ['proc/stat', 'cpu load', 'intr 1'],
    ['proc/pressure/cpu', 'pressure cpu', 'some avg10=0.00 avg60=0.00 avg300=0.00'],
    ['proc/pressure/cpu', 'pressure cpu', `some avg10=0.00 avg60=0.00 avg300=0.00 total=${'9'.repeat(25)}`],
    ['proc/meminfo', 'available memory', 'MemTotal: 5 kB'],
    ['sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq', 'cpu clock 0', '<unknown>'],
    ['sys/class/devfreq/17000000.gpu/device/load', 'gpu load', '1001'],
    ['sys/class/hwmon/hwmon3/oc3_event_cnt', 'throttling oc3_event_cnt', '-1'],
  ])('of %s is listed as %s', async (path, name, text) => {
    const { machine, sampler } = await sample()
    await machine.write(path, text)
    const reading = await sampler.read()
    expect(sampler.unreadable[name]).toContain(join(machine.roots.sys, '..', path))
    // Whatever else there is, is told.
    expect(reading?.powerMw).toMatchObject({ VDD_SOC: 1484.7 })
    expect(JSON.stringify(reading)).not.toContain('null')
  })

  it('never answers: the reading goes on without it, and so does the next', async () => {
    const { machine, sampler } = await sample()
    const answer = machine.hang(VDD_IN)
    const reading = await sampler.read()
    expect(reading?.powerMw).toEqual({ VDD_CPU_GPU_CV: 481.5, VDD_SOC: 1484.7 })
    expect(sampler.unreadable['power VDD_IN']).toContain('curr1_input: it did not answer in time')
    // Nobody waits for it a second time, who would wait for ever.
    expect((await sampler.read())?.powerMw).toEqual({ VDD_CPU_GPU_CV: 481.5, VDD_SOC: 1484.7 })
    answer()
    await vi.waitFor(async () => expect((await sampler.read())?.powerMw).toHaveProperty('VDD_IN'))
  })

  it('is late once, and no fault as long as it answers again', async () => {
    const { machine, sampler } = await sample()
    const answer = machine.hang(VDD_IN)
    await sampler.read()
    expect(sampler.sampled.broken).toEqual([])
    answer()
    await vi.waitFor(async () => expect((await sampler.read())?.powerMw).toHaveProperty('VDD_IN'))
    expect(sampler.sampled.broken).toEqual([])
  })

  it.each([
    ['EIO', 'broken'],
    ['ENODEV', 'broken'],
    ['ETIMEDOUT', 'broken'],
    ['EACCES', 'unusable'],
    ['EINVAL', 'unusable'],
    ['EAGAIN', undefined],
    ['ENODATA', undefined],
    ['EOPNOTSUPP', undefined],
  ])('with %s is %s', async (code, kind) => {
    const { machine, sampler } = await sample()
    machine.fail(VDD_IN, code)
    for (let count = 0; count < 2; count += 1) await sampler.read()
    const { broken, unusable } = sampler.sampled
    expect({ broken, unusable }).toEqual({
      broken: [],
      unusable: [],
      ...(kind && { [kind]: ['power VDD_IN'] }),
    })
    machine.fail(VDD_IN, undefined)
    await vi.waitFor(async () => expect((await sampler.read())?.powerMw).toHaveProperty('VDD_IN'), {
      interval: 0,
    })
    expect(sampler.sampled).toMatchObject({ broken: [], unusable: [] })
  })

  it('does not keep a sampler from being stopped', async () => {
    const { machine, sampler } = await sample()
    const answer = machine.hang(VDD_IN)
    const reading = sampler.read()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect((await sampler.stop()).readings).toHaveLength(2)
    expect((await reading)?.powerMw).not.toHaveProperty('VDD_IN')
    answer()
  })

  it('may be read by root alone', async ({ skip }) => {
    const { geteuid, seteuid } = process
    if (geteuid === undefined || seteuid === undefined) return skip('there are no users here')
    const machine = await makeMachine(pc)
    machines.push(machine)
    const energy = join(machine.roots.sys, 'class/powercap/intel-rapl:0/energy_uj')
    await chmod(energy, geteuid() === 0 ? 0o400 : 0o000)
    await chmod(dirname(machine.roots.sys), 0o755)
    const sampler = new Sampler({ roots: machine.roots, intervalMs: HOUR_MS, gpu: false })
    samplers.push(sampler)
    const user = geteuid()
    // Tests run as root in containers: for once, as nobody.
    if (user === 0) seteuid(65534)
    try {
      await sampler.start()
    } finally {
      if (user === 0) seteuid(user)
    }
    expect(sampler.unreadable).toEqual({ 'power package-0': `${energy}: only root may read it (EACCES)` })
    expect(sampler.sampled).toMatchObject({ broken: [], unusable: ['power package-0'] })
  })
})

describe('files that vanish', () => {
  it('are noticed by the kernel, although they are open', async () => {
    const { spawn } = await import('node:child_process')
    const { SensorFiles, lateAfter } = await import('../../src/telemetry/sensor-file.js')
    const { Faults } = await import('../../src/telemetry/faults.js')
    const { machineFiles } = await import('../../src/telemetry/file-access.js')
    const child = spawn('sleep', ['60'])
    const faults = new Faults()
    const file = new SensorFiles(faults, machineFiles).at('process', `/proc/${child.pid}/stat`, 1024)
    const { late, cancel } = lateAfter(5000)
    const text = () => file.value({ elapsedS: undefined, late }, (all) => all)
    expect(await text()).toContain('(sleep)')
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
    expect(await text()).toBeUndefined()
    expect(faults.reasons()).toEqual({ process: `/proc/${child.pid}/stat: the process has gone (ESRCH)` })
    file.close()
    cancel()
  })
})
