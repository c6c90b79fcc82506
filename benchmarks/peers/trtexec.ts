import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where NVIDIA's packages, JetPack and containers put TensorRT's programs. */
const FOLDERS = [
  '/usr/src/tensorrt/bin',
  '/usr/lib/tensorrt/bin',
  '/opt/tensorrt/bin',
  '/usr/local/tensorrt/bin',
]

/** What drivers make: of a card, of a Jetson, and of a card under WSL. */
const DEVICES = ['/dev/nvidiactl', '/dev/nvhost-gpu', '/dev/nvgpu', '/dev/dxg']

/** Where to look; tests look elsewhere. */
export interface TrtexecPlaces {
  /** As the variable PATH is. */
  readonly path?: string
  readonly folders?: readonly string[]
  readonly devices?: readonly string[]
}

/** Path of TensorRT's trtexec, or why it cannot be used here and what would bring it. */
export function findTrtexec({
  path = process.env.PATH ?? '',
  folders = FOLDERS,
  devices = DEVICES,
}: TrtexecPlaces = {}): { readonly program: string } | { readonly skipped: string } {
  const places = [...path.split(delimiter).filter((folder) => folder !== ''), ...folders]
  const program = places.map((folder) => join(folder, 'trtexec')).find(isExecutable)
  if (program === undefined) {
    return {
      skipped: `trtexec is neither on PATH nor in ${folders.join(', ')}: it comes with TensorRT (JetPack, the package libnvinfer-bin, or NVIDIA's archive, whose folder bin then belongs on PATH)`,
    }
  }
  if (devices.some((device) => existsSync(device))) return { program }
  return { skipped: `${program} needs an NVIDIA GPU, and there is none: no ${devices.join(', no ')}` }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** One inference, in milliseconds from a begin that is the program's own. */
export interface TrtexecTime {
  readonly beginMs: number
  readonly endMs: number
  /** The copy of the input to the GPU, the inference, and the copy of the output back. */
  readonly latencyMs: number
}

/**
 * What trtexec wrote where `--exportTimes` said.
 *
 * @param runs - how many inferences were asked for. It makes some more at times: the last so many count.
 * @throws TypeError where it is anything else, RangeError where there are fewer.
 */
export function parseTrtexecTimes(text: string, runs: number): TrtexecTime[] {
  const document: unknown = JSON.parse(text)
  if (!Array.isArray(document)) throw new TypeError('trtexec exported no list of times')
  const times = document.map(timeOf)
  if (times.length >= runs) return times.slice(times.length - runs)
  throw new RangeError(`trtexec exported the times of ${times.length} inferences instead of ${runs}`)
}

// What else an entry has differs between versions of TensorRT.
function timeOf(entry: unknown): TrtexecTime {
  if (typeof entry === 'object' && entry !== null && 'startH2dMs' in entry) {
    if ('endD2hMs' in entry && 'latencyMs' in entry) {
      const { startH2dMs: beginMs, endD2hMs: endMs, latencyMs } = entry
      if (typeof beginMs === 'number' && typeof endMs === 'number' && typeof latencyMs === 'number') {
        return { beginMs, endMs, latencyMs }
      }
    }
  }
  throw new TypeError(
    `trtexec exported times without numbers startH2dMs, endD2hMs and latencyMs: ${JSON.stringify(entry)}`,
  )
}

/** TensorRT's version, out of what trtexec prints: "TensorRT version: 10.3.0", "[TensorRT v8502]", "[TensorRT v100300]". */
export function trtexecVersion(output: string): string {
  const spelled = /TensorRT (?:version: |v)(\d+(?:\.\d+)+)/.exec(output)?.[1]
  if (spelled !== undefined) return spelled
  const digits = /\[TensorRT v(\d+)(\d)(\d{2})\]/.exec(output)?.slice(1)
  if (digits === undefined) return 'of an unknown version'
  // From 10 on, the minor version has two digits, too.
  const [before = '', minor = '', patch = ''] = digits
  const [major, minorVersion] =
    before.length > 1 ? [before.slice(0, -1), before.slice(-1) + minor] : [before, minor]
  return [major, minorVersion, patch].map(Number).join('.')
}

/** How trtexec is asked for numbers that a network is computed in; as the model says where none is named. */
export function precisionFlags(precision: string | undefined): string[] {
  switch (precision) {
    case undefined:
    case 'fp32':
      return []
    case 'fp16':
    case 'int8':
      return [`--${precision}`]
    default:
      throw new RangeError(`trtexec is asked for fp32, fp16 or int8 here, and not for ${precision}`)
  }
}
