import { describe, expect, it, vi } from 'vitest'
import { parseNvidiaSmi } from '../../src/telemetry/nvidia-smi.js'
import { machinePrograms } from '../../src/telemetry/programs.js'
import { parseTegrastats, tegrastats } from '../../src/telemetry/tegrastats.js'
import { isRunning } from '../runner/fake-runs.js'

describe('tegrastats', () => {
  it('of JetPack 6 on an Orin Nano, as a user', () => {
    expect(
      parseTegrastats(
        '04-27-2026 14:59:41 RAM 775/7620MB (lfb 3x4MB) SWAP 0/3810MB (cached 0MB) CPU [1%@729,0%@729,0%@729,0%@729,off,off] GR3D_FREQ 7% cpu@48.468C soc2@47.531C soc0@48.062C gpu@48.562C tj@49.156C soc1@49.156C VDD_IN 4761mW/4778mW VDD_CPU_GPU_CV 515mW/501mW VDD_SOC 1428mW/1428mW ',
      ),
    ).toEqual({
      temperatureC: { cpu: 48.468, soc2: 47.531, soc0: 48.062, gpu: 48.562, tj: 49.156, soc1: 49.156 },
      powerMw: { VDD_IN: 4761, VDD_CPU_GPU_CV: 515, VDD_SOC: 1428 },
      gpuLoad: 0.07,
    })
  })

  it('of JetPack 7 on an AGX Orin, as root: the clock of each cluster, and the highest of everything', () => {
    expect(
      parseTegrastats(
        '07-25-2026 09:08:28 RAM 20642/62817MB (lfb 1x2MB) CPU [23%@2201,10%@2201] EMC_FREQ 3%@3199 GR3D_FREQ 12%@[1300,1290] NVENC0 off VIC off APE 174 cpu@52.968C/52.968C gpu@47.625C/48C VDD_GPU_SOC 5139mW/5139mW/5200mW VDD_CPU_CV 3268mW/3268mW/3268mW VIN_SYS_5V0 5500mW/5500mW/5500mW',
      ),
    ).toEqual({
      temperatureC: { cpu: 52.968, gpu: 47.625 },
      powerMw: { VDD_GPU_SOC: 5139, VDD_CPU_CV: 3268, VIN_SYS_5V0: 5500 },
      gpuLoad: 0.12,
      gpuMhz: 1300,
    })
  })

  it('of JetPack 5: units that are off, rails that are not connected, and a current below zero', () => {
    expect(
      parseTegrastats(
        '01-03-2023 16:07:54 RAM 2257/30536MB (lfb 5392x4MB) SWAP 0/15268MB (cached 0MB) CPU [0%@729,off] EMC_FREQ 0%@204 GR3D_FREQ 0%@114 GR3D2_FREQ 0%@114 VIC_FREQ 115 APE 233 CV0@-256C CPU@41.437C Tboard@29C tj@41.656C VDD_GPU_SOC 2390mW/2390mW VDD_CPU_CV -398mW/-398mW VIN_SYS_5V0 3522mW/3522mW NC 0mW/0mW VDDQ_VDD2_1V8AO 301mW/301mW NC 0mW/0mW',
      ),
    ).toEqual({
      temperatureC: { CPU: 41.437, Tboard: 29, tj: 41.656 },
      powerMw: { VDD_GPU_SOC: 2390, VDD_CPU_CV: -398, VIN_SYS_5V0: 3522, VDDQ_VDD2_1V8AO: 301 },
      gpuLoad: 0,
      gpuMhz: 114,
    })
  })

  it('of JetPack 4 on an AGX Xavier: power without units, and rails that are called as units are', () => {
    expect(
      parseTegrastats(
        'RAM 408/15823MB (lfb 3702x4MB) SWAP 0/7911MB (cached 0MB) CPU [1%@2265,2%@2265] EMC_FREQ 0%@2133 GR3D_FREQ 3%@1377 APE 150 MTS fg 0% bg 0% AO@26.5C GPU@28C PMIC@100C CPU@28C thermal@27.45C GPU 1155/1155 CPU 385/385 SOC 2502/2502 CV 0/0 VDDRQ 192/192 SYS5V 2692/2692',
      ),
    ).toMatchObject({
      powerMw: { GPU: 1155, CPU: 385, SOC: 2502, CV: 0, VDDRQ: 192, SYS5V: 2692 },
      temperatureC: { GPU: 28, CPU: 28, PMIC: 100 },
      gpuLoad: 0.03,
      gpuMhz: 1377,
    })
  })

  it('of Thor: clocks without load', () => {
    expect(parseTegrastats('RAM 4722/7844MB (lfb 1x512kB) GR3D_FREQ @[1000,900,1000] APE 150')).toEqual({
      gpuMhz: 1000,
    })
  })

  it.each(['', 'tegrastats: cannot open /dev/nvhost', 'RAM 4722/7844MB (lfb 1x512kB)', '\u0000\u0001'])(
    'says nothing: %j',
    (line) => {
      expect(parseTegrastats(line)).toBeUndefined()
    },
  )

  it('fills the gaps that there are, and no others', () => {
    const { args, parse } = tegrastats(250, { gpu: false, temperature: false, power: true })
    expect(args).toEqual(['--interval', '250'])
    expect(parse('GR3D_FREQ 12%@1300 cpu@50C VDD_IN 4761mW/4778mW')).toEqual({ powerMw: { VDD_IN: 4761 } })
  })
})

describe('nvidia-smi', () => {
  it('of a card that is held back by heat', () => {
    expect(parseNvidiaSmi('0, 1410, 99, 83, 169.64, 0x0000000000000060', new Map())).toEqual({
      temperatureC: { 'gpu 0': 83 },
      powerMw: { 'gpu 0': 169_640 },
      throttled: { 'gpu 0': 1 },
      gpuLoad: 0.99,
      gpuMhz: 1410,
    })
  })

  it('of a card at its cap of power, which is how it works under load', () => {
    expect(parseNvidiaSmi('0, 1410, 99, 70, 170.00, 0x0000000000000004', new Map())).not.toHaveProperty(
      'throttled',
    )
  })

  it('of several cards: the clock of the busiest, the power of each', () => {
    const gpus = new Map()
    parseNvidiaSmi('0, 345, 2, 35, 70.10, 0x0000000000000001', gpus)
    expect(parseNvidiaSmi('1, 1980, 100, 61, 650.22, 0x0000000000000000', gpus)).toEqual({
      temperatureC: { 'gpu 0': 35, 'gpu 1': 61 },
      powerMw: { 'gpu 0': 70_100, 'gpu 1': 650_220 },
      gpuLoad: 1,
      gpuMhz: 1980,
    })
  })

  it('of a Jetson, which tells nothing', () => {
    expect(parseNvidiaSmi('0, [N/A], [N/A], [Not Supported], [N/A], [N/A]', new Map())).toEqual({})
  })

  it.each([
    '',
    'No devices were found',
    'Field "clocks_event_reasons.active" is not a valid field to query.',
    '0, 1',
  ])('says nothing: %j', (line) => {
    expect(parseNvidiaSmi(line, new Map())).toBeUndefined()
  })
})

describe('a program', () => {
  const node = process.execPath

  it('gives what it wrote', async () => {
    expect(await machinePrograms.output(node, ['-p', '6 * 7'], 20_000)).toEqual({ stdout: '42\n' })
  })

  it.each([
    [
      'fails',
      [node, '-e', 'console.error("first"); console.error("the last word"); process.exit(3)'],
      'exit code 3; it last wrote: the last word',
    ],
    ['is not there', ['/not/there'], '/not/there is not installed'],
    ['dies', [node, '-e', 'process.kill(process.pid, "SIGSEGV")'], 'failed: signal SIGSEGV'],
  ])('%s', async (_, [program = '', ...args], reason) => {
    expect(await machinePrograms.output(program, args, 20_000)).toEqual({
      failed: expect.stringContaining(reason),
    })
  })

  it('does not end in time', async () => {
    const output = await machinePrograms.output(node, ['-e', 'setInterval(() => {}, 1000)'], 200)
    expect(output).toEqual({ failed: expect.stringContaining('did not end within 200 ms') })
  })

  it.each([
    ['ends when it is asked to', '', 60_000],
    // Its patience is what is waited for.
    ['is deaf, and is killed', "process.on('SIGTERM', () => {});", 50],
  ])('that writes lines %s', async (_, deafness, patienceMs) => {
    const onEnd = vi.fn()
    const onLine = vi.fn()
    const code = `${deafness} console.log('ready'); setInterval(() => {}, 1000)`
    const program = machinePrograms.lines(node, ['-e', code], onLine, onEnd)
    await vi.waitFor(() => expect(onLine).toHaveBeenCalledWith('ready'), { timeout: 20_000, interval: 5 })
    await program.end(patienceMs)
    expect(isRunning(program.pid ?? 0)).toBe(false)
    // It was ended, it did not fail.
    expect(onEnd).not.toHaveBeenCalled()
  })

  it('that is not there says so once, and can be ended', async () => {
    const onEnd = vi.fn()
    const program = machinePrograms.lines('/not/there', [], () => {}, onEnd)
    await vi.waitFor(() =>
      expect(onEnd).toHaveBeenCalledExactlyOnceWith('/not/there is not installed', false),
    )
    await program.end()
    await program.end()
    expect(onEnd).toHaveBeenCalledTimes(1)
  })
})
