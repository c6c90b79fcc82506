import { type Palette, paletteFor, printable } from '@edge/bench/text'
import type { BackendDescription } from '@edge/runtime'
import { examine, type Finding, type Findings, type Problem } from './doctor-findings.js'
import { EXIT } from './exit-code.js'

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
    ...findings.backends.map(backendRow),
    row(
      'default model',
      model,
      ({ path, bytes, name }) => `${name ?? 'without manifest'}, ${megabytes(bytes)}, ${path}`,
    ),
    row('pictures', images, ({ sharp, libvips }) => `sharp ${sharp}, libvips ${libvips}`),
  ]
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  const lines = rows.map(({ name, text, problem }) => {
    const label = printable(name).padEnd(width)
    if (problem === undefined) return `${palette.green('✓')} ${label}${printable(text)}\n`
    return `${palette.red('✗')} ${label}${problem.code}\n  ${printable(problem.message)}\n`
  })
  return lines.join('')
}

interface Row {
  readonly name: string
  readonly text: string
  readonly problem?: Problem
}

function found(name: string, text: string): Row {
  return { name, text }
}

function row<T extends object>(name: string, finding: Finding<T>, say: (what: T) => string): Row {
  return finding.problem === undefined
    ? found(name, say(finding))
    : { name, text: '', problem: finding.problem }
}

function backendRow({ name, library, problem }: BackendDescription): Row {
  if (problem !== undefined) return { name: `backend ${name}`, text: '', problem }
  const { version, path, origin } = library ?? {
    version: 'unknown version',
    path: 'unknown path',
    origin: '',
  }
  return found(`backend ${name}`, `${version}, ${path} (${origin})`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
