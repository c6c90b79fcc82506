import { afterEach, describe, expect, it } from 'vitest'
import { machineSchema } from '../../src/result/schema.js'
import { describeMachine } from '../../src/telemetry/machine.js'
import { agxOrin, nano, orinNano, pc, type RecordedMachine, virtualMachine } from './machines.js'
import { type FakeProgram, type MadeMachine, makeMachine } from './make-machine.js'

const machines: MadeMachine[] = []

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.remove()
})

async function described(recorded: RecordedMachine, programs: Readonly<Record<string, FakeProgram>> = {}) {
  const machine = await makeMachine(recorded, programs)
  machines.push(machine)
  const description = await describeMachine(machine.roots, { '@edge/bench': '0.1.0' })
  expect(machineSchema.parse(description)).toEqual(description)
  return description
}

describe('a machine is described', () => {
  it('an Orin Nano', async () => {
    expect(await described(orinNano)).toMatchObject({
      processor: 'Arm Cortex-A78AE',
      cores: 6,
      memoryBytes: 7_789_952 * 1024,
      system: 'Ubuntu 22.04.5 LTS',
      kernel: '5.15.148-tegra',
      node: process.versions.node,
      board: 'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super',
      gpu: 'NVIDIA Ampere (ga10b), integrated',
      governor: 'schedutil',
      powerMode: 'MAXN_SUPER (mode 2), jetson_clocks off',
      versions: { 'Jetson Linux': '36.4.3', '@edge/bench': '0.1.0' },
    })
  })

  it('an Orin Nano whose clocks are held', async () => {
    const files = { ...orinNano.files }
    for (const policy of [0, 4])
      files[`sys/devices/system/cpu/cpufreq/policy${policy}/scaling_min_freq`] = '1728000'
    expect(await described({ ...orinNano, files })).toMatchObject({
      powerMode: expect.stringMatching(/jetson_clocks off$/),
    })
    files['sys/devices/platform/bus@0/17000000.gpu/devfreq/17000000.gpu/min_freq'] = '1020000000'
    expect(await described({ ...orinNano, files })).toMatchObject({
      powerMode: 'MAXN_SUPER (mode 2), jetson_clocks on',
    })
  })

  it('an AGX Orin, of which nvpmodel tells the mode', async () => {
    const once = 'NVPM WARN: fan mode is not set!\nNV Power Mode: MODE_30W\n2\n'
    expect(await described(agxOrin, { nvpmodel: { once } })).toMatchObject({
      board: 'NVIDIA Jetson AGX Orin Developer Kit',
      cores: 8,
      powerMode: 'MODE_30W (mode 2), jetson_clocks off',
      versions: { 'Jetson Linux': '35.3.1' },
    })
  })

  it('a mode that has no name', async () => {
    const files = { ...orinNano.files, 'var/lib/nvpmodel/status': 'pmode:0007 fmode:quiet' }
    expect(await described({ ...orinNano, files })).toMatchObject({ powerMode: 'mode 7, jetson_clocks off' })
  })

  it('a Nano', async () => {
    expect(await described(nano)).toMatchObject({ gpu: 'NVIDIA Maxwell (gm20b), integrated' })
  })

  it('a PC', async () => {
    const description = await described(pc)
    expect(description).toMatchObject({
      processor: '12th Gen Intel(R) Core(TM) i5-12400',
      cores: 12,
      architecture: 'x86_64',
      gpu: 'NVIDIA GeForce RTX 3060',
      governor: 'powersave',
      versions: { 'NVIDIA driver': '535.183.01' },
    })
    expect(description).not.toHaveProperty('board')
    expect(description).not.toHaveProperty('powerMode')
  })

  it('several cards, in a container without the files of the driver', async () => {
    expect(
      await described(virtualMachine, { 'nvidia-smi': { once: 'NVIDIA H200\nNVIDIA H200\n' } }),
    ).toMatchObject({
      gpu: '2 × NVIDIA H200',
    })
  })

  it('one of which hardly anything can be read', async () => {
    const description = await described({ files: {} })
    expect(description).toMatchObject({
      processor: 'unknown',
      cores: expect.any(Number),
      memoryBytes: expect.any(Number),
    })
    expect(Object.keys(description)).not.toContain('gpu')
  })
})
