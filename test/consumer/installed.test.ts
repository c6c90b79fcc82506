import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'
import { firstClass, photograph } from './classification.js'
import { run, runRequired } from './command.js'
import { installInEmptyProject, type Project } from './project.js'
import { packAll } from './tarballs.js'

const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const program = `
import { Classifier, Session } from '@edge/trt'

export async function bestLabel(model: string, picture: string): Promise<string | undefined> {
  const classifier = await Classifier.load(model)
  try {
    const { classes } = await classifier.classify(picture, { topK: 1 })
    const best = classes[0]
    if (best === undefined) return undefined
    const index: number = best.index
    return best.label ?? String(index)
  } finally {
    await classifier.dispose()
  }
}

// @ts-expect-error a model is a path or bytes
void Session.open(1)
`

describe('the packed tarballs in an empty project, with no compiler on PATH', () => {
  let folder: string
  let project: Project

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-trt-tarballs-'))
    project = await installInEmptyProject(await packAll(folder))
  })
  afterAll(async () => {
    await project?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  it.each(['cc', 'c++', 'gcc', 'g++', 'cmake', 'python3', 'make'])('%s is not there', async (tool) => {
    await expect(run(tool, ['--version'], project.options)).rejects.toThrow('ENOENT')
  })

  it('classify a photograph through npx', async () => {
    const printed = await runRequired(
      'npx',
      ['edge-trt', 'classify', photograph.path, '--json'],
      project.options,
    )
    const first = firstClass(printed)
    expect(first).toMatchObject({ source: photograph.path, index: photograph.index })
    expect(first.label).toMatch(photograph.label)
    expect(first.score).toBeGreaterThan(0.5)
  })

  it('say what the machine has', async () => {
    const printed = await runRequired('npx', ['edge-trt', 'doctor', '--json'], project.options)
    const report: unknown = JSON.parse(printed)
    expect(report).toBeTypeOf('object')
    expect(printed).toContain(join(project.directory, 'node_modules', '@edge'))
  })

  it('tell of a missing picture with a code and no stack', async () => {
    const { code, stderr, stdout } = await run(
      'npx',
      ['edge-trt', 'classify', 'missing.jpg'],
      project.options,
    )
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('FILE_NOT_FOUND')
    expect(stdout + stderr).not.toMatch(/^\s+at /m)
  })

  it.each([
    ['import', 'import.mjs', "import { Classifier } from '@edge/trt'\nconsole.log(typeof Classifier.load)"],
    [
      'require()',
      'require.cjs',
      "const { Classifier } = require('@edge/trt')\nconsole.log(typeof Classifier.load)",
    ],
  ])('can be taken with %s', async (_, file, text) => {
    await writeFile(join(project.directory, file), text)
    expect(await runRequired('node', [file], project.options)).toBe('function\n')
  })

  it.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])(
    'have types for moduleResolution %s, strict and with every library checked',
    async (resolution, module) => {
      await writeFile(join(project.directory, 'program.mts'), program)
      const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false']
      const target = ['--target', 'es2022', '--lib', 'es2023,esnext.disposable', '--types', 'node']
      const ended = await run(
        'node',
        [
          typescript,
          ...options,
          ...target,
          '--module',
          module,
          '--moduleResolution',
          resolution,
          'program.mts',
        ],
        project.options,
      )
      expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
    },
  )
})
