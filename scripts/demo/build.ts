import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runRequired } from '../programs/logged-program.js'
import { pnpmCommand } from '../programs/pnpm.js'
import { displayPath } from '../setup/paths.js'
import { readPins } from '../setup/pins.js'
import { sha256OfFile } from '../setup/sha256.js'
import { inRepository, isCurrent, type Plan, writeStamp } from '../setup/stamp.js'
import type { StepReport } from '../setup/step.js'

const STEP = 'build'
const MADE = new Set(['dist', 'build', 'prebuilds', 'node_modules', 'test', 'bench'])

async function filesUnder(directory: string, passedOver: ReadonlySet<string> = new Set()): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const files = await Promise.all(
    entries
      .filter(({ name }) => !passedOver.has(name) && !name.endsWith('.md'))
      .map((entry) => {
        const path = join(directory, entry.name)
        return entry.isDirectory() ? filesUnder(path, passedOver) : [path]
      }),
  )
  return files.flat().sort()
}

/** The packages that are built, the addon's among them. */
async function packageFolders(): Promise<string[]> {
  const names = await readdir(inRepository('packages'))
  const folders = names.filter((name) => name !== 'platforms' && name !== 'models')
  return [inRepository('native'), ...folders.map((name) => inRepository('packages', name))]
}

/** @internal What `pnpm build` reads. */
export async function buildInputs(): Promise<string[]> {
  const folders = await packageFolders()
  const sources = [...folders.map((folder) => filesUnder(folder, MADE)), filesUnder(inRepository('cmake'))]
  const files = (await Promise.all(sources)).flat()
  return [...files, inRepository('tsconfig.base.json'), inRepository('pnpm-lock.yaml')]
}

/** A hash of each file that is built from, and those that fetched ones have. */
async function hashInputs(): Promise<string[]> {
  const inputs = await buildInputs()
  const hashes = inputs.map(async (path) => `${displayPath(path)} ${await sha256OfFile(path)}`)
  return [JSON.stringify(readPins().tensorrt.headers), ...(await Promise.all(hashes))]
}

/** @internal What it leaves behind, when it was built from sources of these hashes. */
export async function buildPlan(hashes: readonly string[]): Promise<Plan> {
  const folders = await packageFolders()
  const dist = await Promise.all(folders.map((folder) => filesUnder(join(folder, 'dist'))))
  const outputs = [...dist.flat(), inRepository('native', 'build', 'Release', 'edge_native.node')]
  // Names of chunks are nowhere but in the folder: one that is missing is one that is not listed.
  return {
    key: [process.platform, process.arch, ...outputs.map(displayPath), ...hashes],
    inputs: [],
    outputs,
  }
}

/** Builds packages and addon, unless they were built from the present sources. */
export async function build(report: (step: StepReport) => void): Promise<void> {
  const start = performance.now()
  // Before the build: sources that change meanwhile are built again the next time.
  const hashes = await hashInputs()
  const cached = await isCurrent(STEP, await buildPlan(hashes))
  if (!cached) {
    const { program, args } = pnpmCommand()
    await runRequired(STEP, program, [...args, 'run', 'build'])
    await writeStamp(STEP, await buildPlan(hashes))
  }
  const seconds = (performance.now() - start) / 1000
  report({ name: STEP, cached, seconds, summary: cached ? 'up to date' : 'packages and native addon' })
}
