import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from './atomic-write.js'
import { objectMember, parseObject } from './json-value.js'
import { cacheDirectory, displayPath, repositoryRoot } from './paths.js'
import { SetupError } from './setup-error.js'
import { sha256OfFile, sha256OfTexts } from './sha256.js'

/** What decides whether a step has to run again. */
export interface Plan {
  /** Changes whenever the result would: pins, options, versions. */
  readonly key: readonly string[]
  /** Files in the repository the result is made from. */
  readonly inputs: readonly string[]
  /** Files the step leaves behind. */
  readonly outputs: readonly string[]
}

const stampPath = (step: string): string => join(cacheDirectory, 'setup', `${step}.json`)

async function keyOf(plan: Plan): Promise<string> {
  const hashes = await Promise.all(plan.inputs.map(sha256OfFile))
  return sha256OfTexts([...plan.key, ...plan.inputs.map(displayPath), ...hashes])
}

/** Hash of each output, by its path from the root; undefined when one is missing. */
async function hashOutputs(plan: Plan): Promise<Map<string, string> | undefined> {
  try {
    const hashes = await Promise.all(plan.outputs.map(sha256OfFile))
    return new Map(plan.outputs.map((path, index) => [displayPath(path), hashes[index] ?? '']))
  } catch {
    return undefined
  }
}

async function readStamp(
  step: string,
): Promise<{ key: unknown; outputs: Readonly<Record<string, unknown>> } | undefined> {
  try {
    const stamp = parseObject(await readFile(stampPath(step), 'utf8'), displayPath(stampPath(step)))
    return { key: stamp.key, outputs: objectMember(stamp, 'outputs', step) }
  } catch {
    // Missing or damaged: the step runs again and writes a good one.
    return undefined
  }
}

/** Whether the step's outputs are there, unchanged, and made from the present inputs. */
export async function isCurrent(step: string, plan: Plan): Promise<boolean> {
  const stamp = await readStamp(step)
  if (stamp === undefined || stamp.key !== (await keyOf(plan))) return false
  const hashes = await hashOutputs(plan)
  return hashes !== undefined && [...hashes].every(([path, hash]) => stamp.outputs[path] === hash)
}

/** Records that the step made its outputs from the present inputs. */
export async function writeStamp(step: string, plan: Plan): Promise<void> {
  const hashes = await hashOutputs(plan)
  if (hashes === undefined) throw new SetupError(`The step "${step}" did not make all of its files.`)
  const stamp = { key: await keyOf(plan), outputs: Object.fromEntries(hashes) }
  await writeFileAtomically(stampPath(step), `${JSON.stringify(stamp, null, 2)}\n`)
}

/** Path of a file in the repository, for {@link Plan.inputs}. */
export function inRepository(...parts: string[]): string {
  return join(repositoryRoot, ...parts)
}
