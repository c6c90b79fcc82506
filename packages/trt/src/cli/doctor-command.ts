import { type Palette, paletteFor, printable } from '@edge/bench/text'
import type { BackendDescription } from '@edge/runtime'
import { examine, type Finding, type Findings, type Problem } from './doctor-findings.js'
import { EXIT } from './exit-code.js'
import type { GpuFindings } from './gpu-findings.js'

/**
 * `edge-trt doctor`. As JSON it prints its findings, and an empty list of errors: those are of the command line.
 *
 * @returns the exit code: 0 if at least one backend can run models.
 */
export async function doctorCommand({ json }: { readonly json: boolean }): Promise<number> {
  const findings = await examine()
  const text = json
    ? `${JSON.stringify({ ...findings, errors: [] }, null, 2)}\n`
    : render(findings, paletteFor(process.stdout))
  process.stdout.write(text)
  return findings.backends.some(({ available }) => available) ? EXIT.ok : EXIT.failed
}

/** The findings for eyes: a line for what is there; its problem, and what to do, for what is not. */
export function render(findings: Findings, palette: Palette): string {
  const { version, node, platform, arch, glibc, addon, model, images } = findings
  const rows = [
    found('@edge/trt', version),
    found('Node.js', `${node} on ${platform} ${arch}${glibc === null ? '' : ` with glibc ${glibc}`}`),
    row('native addon', addon, ({ version }) => version),
    ...findings.backends.map((backend) => backendRow(backend, findings.gpu)),
    ...gpuRows(findings.gpu),
    row(
      'default model',
      model,
      ({ path, bytes, name }) => `${name ?? 'without manifest'}, ${megabytes(bytes)}, ${path}`,
    ),
    row('pictures', images, ({ sharp, libvips }) => `sharp ${sharp}, libvips ${libvips}`),
  ]
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  const lines = rows.map(({ name, text, problem, absent }) => {
    const label = printable(name).padEnd(width)
    if (absent === true) return `${palette.dim('–')} ${label}${palette.dim(printable(text))}\n`
    if (problem === undefined) return `${palette.green('✓')} ${label}${printable(text)}\n`
    return `${palette.red('✗')} ${label}${problem.code}\n  ${printable(problem.message)}\n`
  })
  return lines.join('')
}

interface Row {
  readonly name: string
  readonly text: string
  readonly problem?: Problem
  /** Not there, and not missed: a machine without such hardware is as it should be. */
  readonly absent?: boolean
}

function found(name: string, text: string): Row {
  return { name, text }
}

function row<T extends object>(name: string, finding: Finding<T>, say: (what: T) => string): Row {
  return finding.problem === undefined
    ? found(name, say(finding))
    : { name, text: '', problem: finding.problem }
}

function backendRow({ name, library, problem }: BackendDescription, gpu: GpuFindings): Row {
  if (problem !== undefined && name === 'tensorrt') {
    if (!gpu.hardware) {
      return { name: `backend ${name}`, text: 'there is no GPU of NVIDIA’s here', absent: true }
    }
    const where = gpu.driver.problem === undefined ? 'TensorRT' : 'GPU driver'
    return { name: `backend ${name}`, text: '', problem: { ...problem, message: `See ${where} below.` } }
  }
  if (problem !== undefined) return { name: `backend ${name}`, text: '', problem }
  const { version, path, origin } = library ?? {
    version: 'unknown version',
    path: 'unknown path',
    origin: '',
  }
  return found(`backend ${name}`, `${version}, ${path} (${origin})`)
}

/** Part by part, so that it is plain which one is missing. */
function gpuRows(findings: GpuFindings): Row[] {
  const { hardware, named, gpus, driver, tensorrt, parser, jetson, powerMode } = findings
  const tensorrtRow = row('TensorRT', tensorrt, ({ version, path }) => `${version}, ${path}`)
  if (!hardware) {
    return [
      ...(driver.problem !== undefined && named.driver ? [row('GPU driver', driver, () => '')] : []),
      ...(tensorrt.problem === undefined || named.tensorrt ? [tensorrtRow] : []),
    ]
  }
  const jetpack = jetson?.jetpack == null ? '' : ` (JetPack ${jetson.jetpack})`
  return [
    ...gpus.map(({ ordinal, name, computeCapability, memoryBytes, integrated }) =>
      found(
        `GPU ${ordinal}`,
        `${name}, compute capability ${computeCapability}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB${integrated ? ' shared with the processor' : ''}`,
      ),
    ),
    row('GPU driver', driver, ({ version, release, path }) =>
      [`CUDA ${version}`, ...(release === null ? [] : [`driver ${release}`]), path].join(', '),
    ),
    tensorrtRow,
    // Without TensorRT it is not what is missing.
    ...(tensorrt.problem === undefined ? [row('ONNX parser', parser, ({ path }) => path)] : []),
    ...(jetson === null
      ? []
      : [
          found(
            'Jetson Linux',
            [`${jetson.linux}${jetpack}`, ...(jetson.board === null ? [] : [jetson.board])].join(', '),
          ),
        ]),
    ...(powerMode === null ? [] : [found('power mode', powerMode)]),
  ]
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
