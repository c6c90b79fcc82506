import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { OWN_BACKENDS } from '../../../../benchmarks/known-backends.js'
import { findPeers, installed, peers } from '../../../../benchmarks/peers/peers.js'
import { SetupError } from '../../../../scripts/setup/setup-error.js'
import type { Step } from '../../../../scripts/setup/step.js'
import { readSuite } from '../../src/suite/read.js'

const at = (path: string): string => fileURLToPath(new URL(`../../../../benchmarks/${path}`, import.meta.url))
const suites = at('suites/')
const program = { name: 'peer', command: 'peer', args: [] }

/** A step that does no more than this. */
function step(make: () => Promise<string>): Step {
  return { name: 'fake-peer', after: [], tools: [], plan: async () => undefined, make }
}

describe('peers', () => {
  it.each(readdirSync(suites).filter((file) => file.endsWith('.yaml')))(
    'the backends of %s are ours, or peers',
    async (file) => {
      const { suite } = await readSuite(`${suites}${file}`)
      // There is no backend on a GPU yet, which its suite says.
      const known = [
        ...OWN_BACKENDS,
        ...(suite.requires.includes('gpu') ? ['tensorrt'] : []),
        ...Object.keys(peers),
      ]
      const named = [...suite.backends, ...suite.models.flatMap(({ backends }) => backends ?? [])]
      expect(named.filter((name) => !known.includes(name))).toEqual([])
    },
  )

  it('are found by their names; what is no peer is left out', async () => {
    const found = await findPeers(['onnxruntime-node', 'tflite', 'onnxruntime-node'])
    expect([...found.keys()]).toEqual(['onnxruntime-node'])
    expect(found.get('onnxruntime-node')).toMatchObject({ name: 'onnxruntime-node' })
  })

  it('are had once what they need is installed', async () => {
    const done: string[] = []
    const ready = step(async () => 'version 1')
    expect(
      await installed(
        [ready],
        () => program,
        ({ summary }) => done.push(summary),
      ),
    ).toEqual(program)
    expect(done).toEqual(['version 1'])
  })

  it('cannot be had where that fails, for a reason of one line', async () => {
    const message =
      '`pnpm install` failed with exit code 1\nProgress: resolved 1\n Error: the network is down\n\n    at Socket.emit (node:events:536:35)\n'
    const fails = step(async () => {
      throw new SetupError(message)
    })
    expect(await installed([fails], () => program)).toEqual({
      skipped:
        'it could not be installed: `pnpm install` failed with exit code 1: Error: the network is down',
    })
    // What is no failure of set-up is a defect.
    const wrong = step(async () => {
      throw new TypeError('undefined is not a function')
    })
    await expect(installed([wrong], () => program)).rejects.toThrow(TypeError)
  })

  it('are each called as suites call them, and described', () => {
    const readme = readFileSync(at('README.md'), 'utf8')
    for (const [name, peer] of Object.entries(peers)) {
      const found = peer()
      if (!('skipped' in found)) expect(found.name).toBe(name)
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\` +\\| .+ \\|$`, 'm'))
    }
    for (const file of ['peers/modules/package.json', 'package.json']) {
      const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
        readFileSync(at(file), 'utf8'),
      )
      const pinned = Object.entries(dependencies).filter(([, version]) => /^\d/.test(version))
      expect(pinned.length).toBeGreaterThan(0)
      for (const [name, version] of pinned) {
        expect(readme, name).toMatch(
          new RegExp(`\\| \`${name}\` .*\\b${version} +\\||\\| \`${name}\` ${version} +\\|`),
        )
      }
    }
  })
})
