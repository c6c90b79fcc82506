import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeMachine, type TelemetryRoots } from '@edge/bench'
import { describeGpus, type GpuDescription, type GpuInfo, type LibraryInfo } from '@edge/runtime/engines'
import type { Finding } from './doctor-findings.js'
import { inFlags } from './in-flags.js'

/** What `edge-trt doctor` finds out about NVIDIA's hardware and software. */
export interface GpuFindings {
  /** Whether there is hardware of NVIDIA's that TensorRT could run on. Where there is not, nothing is missing. */
  readonly hardware: boolean
  /** Which libraries the environment names: those are missed where they do not load, hardware or not. */
  readonly named: { readonly driver: boolean; readonly tensorrt: boolean }
  readonly gpus: readonly GpuInfo[]
  /** `version` is the newest CUDA that the driver supports; `release` the driver's own, where the machine tells. */
  readonly driver: Finding<LibraryInfo & { readonly release: string | null }>
  readonly tensorrt: Finding<LibraryInfo>
  /** What TensorRT reads .onnx models with. */
  readonly parser: Finding<{ readonly path: string }>
  /** Of a Jetson, from /etc/nv_tegra_release; null elsewhere. */
  readonly jetson: {
    readonly linux: string
    readonly jetpack: number | null
    readonly board: string | null
  } | null
  /** Of nvpmodel and jetson_clocks; null where there are none. */
  readonly powerMode: string | null
}

/** Looks for them. Never throws. */
export async function examineGpus(
  roots: TelemetryRoots,
  found: GpuDescription = describeGpus(),
): Promise<GpuFindings> {
  const { cuda, tensorrt } = found
  const { versions, powerMode, board } = await describeMachine(roots)
  const linux = versions['Jetson Linux']
  const gpus = 'problem' in cuda ? [] : cuda.devices
  const hardware = gpus.length > 0 || linux !== undefined || (await hasCard(roots))
  return {
    hardware,
    named: { driver: isSet('EDGE_CUDA_LIBRARY'), tensorrt: isSet('EDGE_TENSORRT_LIBRARY') },
    gpus,
    driver:
      'problem' in cuda
        ? { problem: told(cuda.problem) }
        : { ...cuda.library, release: versions['NVIDIA driver'] ?? null },
    tensorrt: 'problem' in tensorrt ? { problem: told(tensorrt.problem) } : libraryOf(tensorrt),
    parser: parserOf(tensorrt),
    jetson: linux === undefined ? null : { linux, jetpack: jetpackOf(linux), board: board ?? null },
    powerMode: powerMode ?? null,
  }
}

function isSet(name: string): boolean {
  return (process.env[name] ?? '') !== ''
}

function told({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, message: inFlags(message) }
}

function libraryOf({ path, origin, version }: LibraryInfo): LibraryInfo {
  return { path, origin, version }
}

function parserOf(tensorrt: GpuDescription['tensorrt']): GpuFindings['parser'] {
  if ('problem' in tensorrt) {
    const what = 'TensorRT, without which its ONNX parser is of no use, is missing'
    return { problem: { code: 'LIBRARY_NOT_FOUND', message: `${what}. Install TensorRT first.` } }
  }
  const { parser, version } = tensorrt
  if ('path' in parser) return parser
  const [major] = version.split('.')
  const message = [
    'TensorRT’s ONNX parser could not be loaded: engines run, and none can be built.',
    `Found: ${parser.missing}.`,
    `Install the parser of the same version, ${version}: on a Jetson, and with NVIDIA’s packages, libnvonnxparsers${major}.`,
  ]
  return { problem: { code: 'LIBRARY_NOT_FOUND', message: message.join(' ') } }
}

const NVIDIA = '0x10de'
/** Display controllers, of PCI's classes of devices: VGA and 3D. */
const DISPLAY = /^0x03/

/** Whether a graphics card is there, driver or none. */
async function hasCard({ sys }: TelemetryRoots): Promise<boolean> {
  const devices = join(sys, 'bus/pci/devices')
  for (const name of await readdir(devices).catch(() => [])) {
    const [vendor, kind] = await Promise.all(
      ['vendor', 'class'].map((file) => readFile(join(devices, name, file), 'utf8').catch(() => '')),
    )
    if (vendor?.trim() === NVIDIA && DISPLAY.test(kind ?? '')) return true
  }
  return false
}

// By Jetson Linux' major version: https://developer.nvidia.com/embedded/jetson-linux-archive
const JETPACKS: ReadonlyMap<number, number> = new Map([
  [32, 4],
  [35, 5],
  [36, 6],
  [38, 7],
  [39, 7],
])

function jetpackOf(linux: string): number | null {
  return JETPACKS.get(Number.parseInt(linux, 10)) ?? null
}
