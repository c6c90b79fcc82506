import { afterEach, describe, expect, it } from 'vitest'
import { readingSchema } from '../../src/result/schema.js'
import { Sampler, type SamplerOptions } from '../../src/telemetry/sampler.js'
import { agxOrin, nano, orinNano, pc, type RecordedMachine, virtualMachine } from './machines.js'
import { type FakeProgram, type MadeMachine, makeMachine } from './make-machine.js'

const machines: MadeMachine[] = []
const samplers: Sampler[] = []
const HOUR_MS = 3_600_000

afterEach(async () => {
  for (const sampler of samplers.splice(0)) await sampler.stop()
  for (const machine of machines.splice(0)) await machine.remove()
})

/** A sampler whose clock stands still until it is set, and that reads when it is told to. */
async function sample(
  recorded: RecordedMachine,
  options: SamplerOptions & { readonly programs?: Readonly<Record<string, FakeProgram>> } = {},
) {
  const { programs, ...rest } = options
  const machine = await makeMachine(recorded, programs)
  machines.push(machine)
  let nowMs = 0
  const sampler = new Sampler({ roots: machine.roots, intervalMs: HOUR_MS, clock: () => nowMs, ...rest })
  samplers.push(sampler)
  await sampler.start()
  return {
    machine,
    sampler,
    first: sampler.readings[0],
    /** The reading after `seconds` more. */
    after(seconds: number) {
      nowMs += seconds * 1000
      return sampler.read()
    },
  }
}

/** /proc/stat's line of one processor, or of all. */
const times = (name: string, busy: number, idle: number, steal = 0) =>
  `${name} ${busy} 0 0 ${idle} 0 0 0 ${steal} 0 0`

describe('a sampler on an Orin Nano', () => {
  it('reads temperatures, clocks, load of the GPU, memory and power', async () => {
    const { first, sampler } = await sample(orinNano)
    expect(first).toEqual({
      atMs: 0,
      temperatureC: {
        'cpu-thermal': 49.843,
        'gpu-thermal': 50.875,
        'soc0-thermal': 50.187,
        'soc1-thermal': 50.218,
        'soc2-thermal': 49.156,
        'tj-thermal': 50.875,
      },
      // Four processors at 1728 MHz and two at 729.6.
      cpuMhz: 1395.2,
      gpuMhz: 305,
      gpuLoad: 0.31,
      availableBytes: 5_120_344 * 1024,
      // Millivolts times milliamperes.
      powerMw: { VDD_IN: 4534.5, VDD_CPU_GPU_CV: 481.5, VDD_SOC: 1484.7 },
    })
    expect(readingSchema.parse(first)).toEqual(first)
    const off = expect.stringContaining('what it measures is switched off (EAGAIN)')
    expect(sampler.unreadable).toEqual({
      'temperature cv0-thermal': off,
      'temperature cv1-thermal': off,
      'temperature cv2-thermal': off,
    })
  })

  it('tells load, steal, pressure and the clock of the processors that worked since the last reading', async () => {
    const { machine, after } = await sample(orinNano)
    // 100 ticks of each of six processors: one second.
    await machine.write(
      'proc/stat',
      [
        times('cpu ', 182400 + 150, 4008000 + 450 - 30, 30),
        times('cpu0', 61000, 642000 + 100),
        times('cpu1', 30400, 661500 + 100),
        times('cpu2', 30400, 671500 + 100),
        times('cpu3', 30250, 671000 + 100),
        times('cpu4', 15250 + 100, 681000),
        times('cpu5', 15100 + 50, 681000 + 50),
      ].join('\n'),
    )
    await machine.write('proc/pressure/cpu', 'some avg10=9.99 avg60=0.11 avg300=0.06 total=1450000')
    const reading = await after(1)
    expect(reading).toMatchObject({
      atMs: 1000,
      cpuLoad: 0.25,
      steal: 0.05,
      pressure: { cpu: 25, io: 0, memory: 0 },
      // Only processors 4 and 5 worked, whatever the others' clock is.
      cpuMhz: 729.6,
    })
    expect(reading).not.toHaveProperty('otherLoad')
    expect(reading).not.toHaveProperty('throttled')
  })

  it('tells what others than the benchmark kept busy', async () => {
    const own = (ticks: number) =>
      `4242 (my (odd) name) S 1 4242 4242 0 -1 4194304 9 0 0 ${3 * ticks} ${ticks} 0 0 0 20 0 1 0 99`
    const { machine, after } = await sample(
      { ...orinNano, files: { ...orinNano.files, 'proc/4242/stat': own(100) } },
      { ownProcesses: () => [4242] },
    )
    await machine.write('proc/stat', times('cpu ', 182400 + 150, 4008000 + 450))
    await machine.write('proc/4242/stat', own(100 + 90))
    expect(await after(1)).toMatchObject({ cpuLoad: 0.25, otherLoad: 0.1 })
  })

  it('counts what held clocks back, and what did so at the moment', async () => {
    const { machine, after } = await sample(orinNano)
    await machine.write('sys/class/hwmon/hwmon3/oc3_event_cnt', '27395')
    await machine.write('sys/class/thermal/cooling_device7/cur_state', '18')
    await machine.write('sys/class/thermal/cooling_device2/cur_state', '4')
    expect(await after(1)).toMatchObject({ throttled: { oc3_event_cnt: 5, 'devfreq-17000000.gpu': 1 } })
    // A counter that begins anew, and a device that is still at work.
    await machine.write('sys/class/hwmon/hwmon3/oc3_event_cnt', '2')
    expect((await after(1))?.throttled).toEqual({ 'devfreq-17000000.gpu': 1 })
  })

  it('starts no program, for sysfs tells all', async () => {
    const { sampler, after } = await sample(orinNano, { programs: { tegrastats: { endAfter: 0 } } })
    await after(1)
    await after(1)
    expect(Object.keys(sampler.unreadable).join()).not.toContain('tegrastats')
  })
})

describe('a sampler on other boards', () => {
  it('reads an AGX Orin, of which a third of the processors is off and some rails are not connected', async () => {
    const { first, sampler } = await sample(agxOrin)
    expect(first).toMatchObject({
      temperatureC: { 'CPU-therm': 43.5, 'tj-therm': 43.5, Tboard_tegra: 29 },
      gpuMhz: 114.8,
      gpuLoad: 0,
      cpuMhz: 1228.8,
    })
    expect(first?.powerMw).toEqual({
      VDD_GPU_SOC: 4747.7,
      VDD_CPU_CV: 765.8,
      VIN_SYS_5V0: 3846.1,
      VDDQ_VDD2_1V8AO: 706.1,
    })
    expect(first?.temperatureC).not.toHaveProperty('CV0-therm')
    expect(sampler.unreadable['temperature CV0-therm']).toMatch(/expected a whole number .*found "-256000"/)
  })

  it('reads a Nano of JetPack 4: iio, and gpu.0/load', async () => {
    const { first } = await sample(nano)
    expect(first).toMatchObject({
      gpuMhz: 76.8,
      gpuLoad: 0,
      powerMw: { POM_5V_IN: 933, POM_5V_GPU: 0, POM_5V_CPU: 84 },
    })
  })

  it('fills gaps of sysfs with what tegrastats says', async () => {
    const { 'sys/devices/gpu.0/load': _, ...files } = nano.files
    const withoutPower = Object.fromEntries(
      Object.entries(files).filter(([path]) => !path.includes('ina3221x')),
    )
    const line =
      'RAM 330/3964MB (lfb 758x4MB) SWAP 0/1982MB (cached 0MB) CPU [2%@102,0%@102,0%@102,0%@102] EMC_FREQ 0% GR3D_FREQ 40% PLL@20.5C CPU@23C PMIC@100C GPU@22.5C AO@27C thermal@22.5C POM_5V_IN 1933/1900 POM_5V_GPU 0/0 POM_5V_CPU 84/84'
    const { after, sampler } = await sample(
      { ...nano, files: withoutPower },
      { programs: { tegrastats: { lines: [line] } } },
    )
    await expect.poll(async () => (await after(1))?.gpuLoad, { timeout: 5000 }).toBe(0.4)
    const reading = sampler.readings.at(-1)
    expect(reading).toMatchObject({
      gpuMhz: 76.8,
      powerMw: { POM_5V_IN: 1933, POM_5V_GPU: 0, POM_5V_CPU: 84 },
    })
    // Those of sysfs have other names, and are there.
    expect(reading?.temperatureC).not.toHaveProperty('CPU')
  })
})

describe('a sampler on a PC', () => {
  it('reads one temperature of the package, and the clock of the processor that works', async () => {
    const { first, machine, after } = await sample(pc)
    expect(first?.temperatureC).toEqual({ acpitz: 27.8, x86_pkg_temp: 38, iwlwifi_1: 41 })
    expect(first?.cpuMhz).toBe(1100)
    const lines = Array.from({ length: 12 }, (_, index) =>
      times(`cpu${index}`, 333 + (index === 3 ? 100 : 0), 2e5),
    )
    await machine.write('proc/stat', [times('cpu ', 4100, 2396000 + 1100), ...lines].join('\n'))
    expect(await after(1)).toMatchObject({ cpuMhz: 4400 })
  })

  it('reads the hwmon of a processor that has no thermal zone', async () => {
    const { 'sys/class/thermal/thermal_zone1/type': _, ...files } = pc.files
    const { first } = await sample({ files: { ...files, 'sys/class/hwmon/hwmon2/name': 'coretemp' } })
    expect(first?.temperatureC).toMatchObject({ 'coretemp Package id 0': 38 })
    expect(first?.temperatureC).not.toHaveProperty('coretemp Core 0')
  })

  it("makes power of RAPL's energy, also where the counter begins anew", async () => {
    const { first, machine, after } = await sample(pc)
    expect(first).not.toHaveProperty('powerMw')
    await machine.write('sys/class/powercap/intel-rapl:0/energy_uj', '124525321654')
    expect((await after(0.5))?.powerMw).toEqual({ 'package-0': 50_000, 'package-0/core': 0 })
    await machine.write('sys/class/powercap/intel-rapl:0/energy_uj', '262143328000')
    await after(0.5)
    await machine.write('sys/class/powercap/intel-rapl:0/energy_uj', '9999150')
    expect((await after(0.5))?.powerMw).toMatchObject({ 'package-0': 20_000 })
  })

  it('cannot tell power where a counter began anew and its range is not known', async () => {
    const { 'sys/class/powercap/intel-rapl:0/max_energy_range_uj': _, ...files } = pc.files
    const { machine, after } = await sample({ files })
    await machine.write('sys/class/powercap/intel-rapl:0/energy_uj', '5')
    expect((await after(0.5))?.powerMw).toEqual({ 'package-0/core': 0 })
  })

  it('counts throttling of each core once', async () => {
    const { machine, after } = await sample(pc)
    const counter = (cpu: number, kind: string) =>
      `sys/devices/system/cpu/cpu${cpu}/thermal_throttle/${kind}_throttle_count`
    for (const cpu of [2, 3]) await machine.write(counter(cpu, 'core'), '7')
    for (let cpu = 0; cpu < 12; cpu += 1) await machine.write(counter(cpu, 'package'), '3')
    expect((await after(1))?.throttled).toEqual({ 'core 4 of package 0': 7, 'package 0': 3 })
  })

  it('reads what nvidia-smi reports, also of a driver that does not know why clocks are held back', async () => {
    const { after } = await sample(pc, {
      programs: { 'nvidia-smi': { lines: ['0, 1807, 93, 66, 151.25'], refuses: 'clocks_' } },
    })
    await expect.poll(async () => (await after(1))?.gpuMhz, { timeout: 10_000 }).toBe(1807)
    expect(await after(1)).toMatchObject({
      gpuLoad: 0.93,
      temperatureC: { 'gpu 0': 66 },
      powerMw: { 'gpu 0': 151_250 },
    })
  })

  it('starts no nvidia-smi where the GPU does not matter', async () => {
    const { sampler, after } = await sample(pc, { gpu: false, programs: { 'nvidia-smi': { endAfter: 0 } } })
    await after(1)
    expect(sampler.unreadable).toEqual({})
  })
})

describe('a sampler on a virtual machine', () => {
  it('reads what there is, and says what is not', async () => {
    const { sampler, machine, after } = await sample(virtualMachine)
    await machine.write('proc/stat', 'cpu  2641249 209621 514958 1807902 19569 0 3695 3217 0 0')
    expect(await after(1)).toEqual({ atMs: 1000, cpuLoad: 0.5, steal: 0.2, availableBytes: 24_517_476_352 })
    await expect.poll(() => Object.keys(sampler.unreadable)).toHaveLength(7)
    expect(sampler.unreadable).toEqual({
      temperature: expect.stringContaining('no sensor in'),
      'cpu clock': expect.stringContaining('no policy in'),
      power: expect.stringContaining('no power monitor in'),
      'pressure cpu': expect.stringContaining('there is no such file (ENOENT)'),
      'pressure io': expect.stringContaining('there is no such file (ENOENT)'),
      'pressure memory': expect.stringContaining('there is no such file (ENOENT)'),
      'nvidia-smi': expect.stringContaining('is not installed'),
    })
  })
})
