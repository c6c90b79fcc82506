import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'

const execute = promisify(execFile)
const readmes = [
  'README.md',
  'packages/trt/README.md',
  'packages/runtime/README.md',
  'packages/model/README.md',
  'packages/classify/README.md',
]

/** The blocks of a language, also those within lists. */
function blocks(readme: string, language: string): string[] {
  const text = readFileSync(join(root, readme), 'utf8')
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

const programs = readmes.flatMap((readme) =>
  blocks(readme, 'ts').map((text, index): [string, string] => [`${readme}, program ${index + 1}`, text]),
)
const commands = readmes.flatMap((readme) =>
  blocks(readme, 'sh').flatMap((text) =>
    text.split('\n').flatMap((line): [string, string][] => {
      // What they do in the checkout, whoever starts the command line. Other lines change the machine.
      const args = /^(?:npx -y pnpm@10 (?:--silent )?|npx )?edge-trt ([^#]*)/.exec(line)?.[1]?.trim()
      return args === undefined || args.includes('cat.jpg') ? [] : [[readme, args]]
    }),
  ),
)

describe('the examples in', () => {
  let project: string

  beforeAll(async () => {
    if (!existsSync(join(root, '.cache', 'photos')))
      throw new Error('.cache/photos is missing: pnpm run setup')
    project = await mkdtemp(join(tmpdir(), 'edge-trt-docs-'))
    await mkdir(join(project, 'node_modules', '@edge'), { recursive: true })
    for (const name of ['trt', 'runtime', 'model', 'classify'])
      await symlink(join(root, 'packages', name), join(project, 'node_modules', '@edge', name))
    await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'))
    await symlink(join(root, '.cache'), join(project, '.cache'))
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  })
  afterAll(() => rm(project, { recursive: true, force: true }))

  it('are found', () => {
    expect(programs.length).toBeGreaterThanOrEqual(3)
    expect(commands.length).toBeGreaterThanOrEqual(6)
  })

  it.each(programs)('%s: have no errors of types, and run', async (_, text) => {
    const file = join(project, 'example.ts')
    await writeFile(file, text)
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    })
    const wrong = ts.getPreEmitDiagnostics(program)
    expect(wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])

    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    await writeFile(join(project, 'example.js'), outputText)
    const { stdout, stderr } = await execute(process.execPath, ['example.js'], { cwd: project })
    expect(stderr).toBe('')
    expect(stdout).not.toBe('')
    if (text.includes('coffee.png')) expect(stdout).toContain('espresso')
  })

  it.each(commands)('%s: edge-trt %s', async (_, args) => {
    const cli = join(root, 'packages', 'trt', 'dist', 'cli.js')
    const shell = ['-c', `exec "$0" "$1" ${args}`, process.execPath, cli]
    const { stdout, stderr } = await execute('sh', shell, { cwd: root })
    expect(stderr).toBe('')
    expect(stdout).not.toBe('')
  })
})
