import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { objectMember, parseObject, stringMember } from './json-value.js'
import { isVersionInRange } from './node-version.js'
import { repositoryRoot } from './paths.js'
import { SetupError } from './setup-error.js'
import type { Step } from './step.js'
import { allTools, requireTools } from './tools.js'

/** Throws a SetupError when this Node.js is not one of those that package.json names. */
export function requireNode(version: string = process.versions.node): void {
  const manifest = parseObject(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'), 'package.json')
  const range = stringMember(
    objectMember(manifest, 'engines', 'package.json'),
    'node',
    'package.json.engines',
  )
  if (isVersionInRange(version, range)) return
  throw new SetupError(`Node.js ${version} is too old or unsupported: ${range} is needed.`)
}

/** Checks what no package manager of ours brings: Node.js' version, compilers, Python, Maven, cargo. Never cached. */
export const systemStep: Step = {
  name: 'system',
  after: [],
  tools: [],
  plan: async () => undefined,
  make: async () => {
    requireNode()
    await requireTools(allTools)
    return 'Node.js, Python, Maven, cargo, CMake and a C++17 compiler are there'
  },
}
