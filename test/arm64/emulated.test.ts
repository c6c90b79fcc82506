import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aarch64Libraries } from '../../scripts/setup/tools.js'
import { firstClass, photograph } from '../consumer/classification.js'
import { type Ended, run } from '../consumer/command.js'
import { installInEmptyProject, onPath, type Project } from '../consumer/project.js'
import { packAll } from '../consumer/tarballs.js'

// scripts/test.ts fetches it and says where it is.
const node = process.env.EDGE_TEST_ARM64_NODE ?? ''

describe('the packed tarballs on arm64', () => {
  let folder: string
  let project: Project
  const onArm64 = (args: readonly string[]): Promise<Ended> =>
    run(onPath('qemu-aarch64-static'), ['-L', aarch64Libraries, node, ...args], project.options)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-trt-tarballs-'))
    project = await installInEmptyProject(await packAll(folder), { cpu: 'arm64' })
  })
  afterAll(async () => {
    await project?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  it('run on an arm64 Node.js', async () => {
    expect(await onArm64(['-p', 'process.arch'])).toEqual({ code: 0, stdout: 'arm64\n', stderr: '' })
  })

  it('classify a photograph', async () => {
    const cli = join('node_modules', '@edge', 'trt', 'dist', 'cli.js')
    const ended = await onArm64([cli, 'classify', photograph.path, '--json'])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const first = firstClass(ended.stdout)
    // int8 outputs differ by some steps between processors: the first class does not.
    expect(first).toMatchObject({ source: photograph.path, index: photograph.index })
    expect(first.label).toMatch(photograph.label)
  })

  it('tell of a missing model with a code and no signal', async () => {
    const cli = join('node_modules', '@edge', 'trt', 'dist', 'cli.js')
    const ended = await onArm64([cli, 'classify', photograph.path, '--model', 'missing.tflite'])
    expect(ended.code).toBe(1)
    expect(ended.stdout + ended.stderr).toContain('FILE_NOT_FOUND')
  })
})
