import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TelemetryRoots, thisMachine } from '@edge/bench'
import type { GpuDescription } from '@edge/runtime/engines'
import { afterEach, describe, expect, it } from 'vitest'
import { render } from '../src/cli/doctor-command.js'
import { examine } from '../src/cli/doctor-findings.js'
import { examineGpus } from '../src/cli/gpu-findings.js'

const made: string[] = []
afterEach(async () => {
  for (const root of made.splice(0)) await rm(root, { recursive: true })
})

/** A machine that tells of itself what these files say, and has no programs. */
async function machine(files: Readonly<Record<string, string>>): Promise<TelemetryRoots> {
  const root = await mkdtemp(join(tmpdir(), 'edge-machine-'))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const run = { ...thisMachine.run, output: async () => ({ failed: 'there is none' }) }
  const at = (name: string) => join(root, name)
  return { ...thisMachine, sys: at('sys'), proc: at('proc'), etc: at('etc'), var: at('var'), run }
}

const problem = (code: string, message: string) => ({ problem: { code, message } })
const nothing: GpuDescription = {
  cuda: problem('DEVICE_UNAVAILABLE', 'no driver; leave out tensorrt.device'),
  tensorrt: problem('LIBRARY_NOT_FOUND', 'no TensorRT'),
}
const orin = {
  cuda: {
    library: { version: '12.6', path: '/lib/libcuda.so.1', origin: 'the dynamic loader' },
    devices: [
      {
        ordinal: 0,
        name: 'Orin',
        uuid: 'GPU-0',
        computeCapability: '8.7',
        memoryBytes: 8 * 2 ** 30,
        integrated: true,
        multiprocessors: 8,
      },
    ],
  },
  tensorrt: {
    version: '10.3.0.30',
    path: '/lib/libnvinfer.so.10',
    origin: 'the dynamic loader',
    parser: { path: '/lib/libnvonnxparser.so.10' },
  },
}
const jetson = {
  'etc/nv_tegra_release': '# R36 (release), REVISION: 4.3, GCID: 1, BOARD: generic, EABI: aarch64',
  'proc/device-tree/model': 'NVIDIA Jetson Orin Nano\0',
  'var/lib/nvpmodel/status': 'pmode:0002',
  'etc/nvpmodel.conf': '< POWER_MODEL ID=2 NAME=MAXN_SUPER >',
}
const plain = { green: String, red: String, dim: String, bold: String, yellow: String }

describe('what there is of NVIDIA', () => {
  it('is told of a Jetson, with its power mode', async () => {
    const gpu = await examineGpus(await machine(jetson), orin)
    expect(gpu).toMatchObject({
      hardware: true,
      driver: { version: '12.6', release: null },
      tensorrt: { version: '10.3.0.30' },
      parser: { path: '/lib/libnvonnxparser.so.10' },
      jetson: { linux: '36.4.3', jetpack: 6, board: 'NVIDIA Jetson Orin Nano' },
      powerMode: 'MAXN_SUPER (mode 2), jetson_clocks off',
    })
    const text = render({ ...(await examine()), gpu }, plain)
    expect(text).toMatch(/^✓ GPU 0 +Orin, compute capability 8\.7, 8\.0 GiB shared with the processor$/m)
    expect(text).toMatch(/^✓ Jetson Linux +36\.4\.3 \(JetPack 6\), NVIDIA Jetson Orin Nano$/m)
    expect(text).toMatch(/^✓ power mode +MAXN_SUPER/m)
  })

  it('says which part a Jetson lacks, and what to do', async () => {
    const missing = 'libnvonnxparser.so.10: cannot open shared object file'
    const tensorrt = { ...orin.tensorrt, parser: { missing } }
    const gpu = await examineGpus(await machine(jetson), { ...orin, tensorrt })
    expect(gpu.parser.problem).toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
      message: expect.stringMatching(/cannot open shared object file.*libnvonnxparsers10/),
    })
    const text = render(
      { ...(await examine()), gpu: await examineGpus(await machine(jetson), nothing) },
      plain,
    )
    expect(text).toMatch(/^✗ backend tensorrt /m)
    expect(text).toMatch(/^✗ GPU driver +DEVICE_UNAVAILABLE\n {2}no driver; leave out --device$/m)
    expect(text).toMatch(/^✗ TensorRT +LIBRARY_NOT_FOUND$/m)
  })

  it('is missed where there is a card without a driver', async () => {
    const card = {
      'sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
      'sys/bus/pci/devices/0000:01:00.0/class': '0x030000\n',
    }
    expect(await examineGpus(await machine(card), nothing)).toMatchObject({ hardware: true, jetson: null })
  })

  it('is not missed on a machine without any', async () => {
    const sound = {
      'sys/bus/pci/devices/0000:01:00.1/vendor': '0x10de\n',
      'sys/bus/pci/devices/0000:01:00.1/class': '0x040300\n',
    }
    const gpu = await examineGpus(await machine(sound), nothing)
    expect(gpu).toMatchObject({ hardware: false, gpus: [], powerMode: null })
    expect(render({ ...(await examine()), gpu }, plain)).toMatch(/^– backend tensorrt +there is no GPU/m)
  })
})
