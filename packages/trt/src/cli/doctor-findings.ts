import { stat } from 'node:fs/promises'
import { type TelemetryRoots, thisMachine } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { describeImageLibraries, type ImageLibraries } from '@edge/image'
import { findManifest } from '@edge/model'
import { loadAddon } from '@edge/native'
import { type BackendDescription, describeRuntimes } from '@edge/runtime'
import manifest from '../../package.json' with { type: 'json' }
import { defaultModelPath } from '../default-model.js'
import { examineGpus, type GpuFindings } from './gpu-findings.js'
import { inFlags } from './in-flags.js'

/** Why something is not there, with what to do about it in the message. */
export interface Problem {
  readonly code: string
  readonly message: string
}

/** Something that was looked for: what was found, or why it was not. */
export type Finding<T> = (T & { readonly problem?: undefined }) | { readonly problem: Problem }

/** What `edge-trt doctor` finds out. */
export interface Findings {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly arch: string
  /** Version of the C library; null where it is not glibc. */
  readonly glibc: string | null
  readonly addon: Finding<{ readonly version: string }>
  readonly backends: readonly BackendDescription[]
  readonly gpu: GpuFindings
  readonly model: Finding<{ readonly path: string; readonly bytes: number; readonly name: string | null }>
  readonly images: Finding<ImageLibraries>
}

/**
 * Looks at everything that a classification needs. Never throws: what is missing is a finding.
 *
 * @param roots - where the machine tells of itself.
 */
export async function examine(roots: TelemetryRoots = thisMachine): Promise<Findings> {
  const gpu = await examineGpus(roots)
  return {
    version: manifest.version,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    glibc: glibcVersion(),
    addon: await attempt(async () => ({ version: loadAddon().version })),
    backends: describeRuntimes().map((backend) => tried(backend, gpu)),
    gpu,
    model: await attempt(describeModel),
    images: await attempt(describeImageLibraries),
  }
}

/** A TensorRT that is there and does not work on the GPU is not available: to describe a backend, nothing is tried. */
function tried(backend: BackendDescription, { tensorrt }: GpuFindings): BackendDescription {
  const { problem } = tensorrt
  if (backend.name !== 'tensorrt' || !backend.available || problem === undefined) return backend
  return { ...backend, available: false, problem }
}

async function describeModel() {
  const path = defaultModelPath()
  const [{ size }, found] = await Promise.all([stat(path), findManifest(path)])
  return { path, bytes: size, name: found?.manifest.name ?? null }
}

async function attempt<T extends object>(find: () => Promise<T>): Promise<Finding<T>> {
  try {
    return await find()
  } catch (error) {
    const code = error instanceof EdgeError ? error.code : 'INTERNAL'
    return { problem: { code, message: inFlags(error instanceof Error ? error.message : String(error)) } }
  }
}

function glibcVersion(): string | null {
  const report: unknown = reportWithoutNetwork()
  const header: unknown =
    typeof report === 'object' && report !== null ? Reflect.get(report, 'header') : undefined
  const version: unknown =
    typeof header === 'object' && header !== null ? Reflect.get(header, 'glibcVersionRuntime') : undefined
  return typeof version === 'string' ? version : null
}

/** Node's report on this process. Unless it is told not to, it looks up the name of every host the process talks to, and waits. */
function reportWithoutNetwork(): unknown {
  const { report } = process
  if (report === undefined) return undefined
  const before: unknown = Reflect.get(report, 'excludeNetwork')
  // Node 20.13 and newer; the types of the oldest do not have it.
  Reflect.set(report, 'excludeNetwork', true)
  try {
    return report.getReport()
  } finally {
    Reflect.set(report, 'excludeNetwork', before)
  }
}
