import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'
import { pages } from './pages.js'

const execute = promisify(execFile)

/** The blocks of a language, also those within lists. */
function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

interface Program {
  readonly title: string
  /** File name without its extension. */
  readonly name: string
  readonly text: string
}

const programs = pages.flatMap((page) =>
  blocks(page, 'ts').map((text, index): Program => {
    const name = `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${index + 1}`
    return { title: `${page}, program ${index + 1}`, name, text }
  }),
)
const commands = pages.flatMap((page) =>
  blocks(page, 'sh').flatMap((text) =>
    text.split('\n').flatMap((line): [string, string][] => {
      // What they do in the checkout, whoever starts the command line. Other lines change the machine.
      const args = /^(?:npx -y pnpm@10 (?:--silent )?|npx )?edge-trt ([^#]*)/.exec(line)?.[1]?.trim()
      return args === undefined || args.includes('cat.jpg') ? [] : [[page, args]]
    }),
  ),
)
const exampleFolder = join(root, 'packages/trt/examples')
const examples = readdirSync(exampleFolder)

const strict: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
}

describe('the examples in', () => {
  let project: string
  /** By file name, what TypeScript finds wrong. */
  const wrong = new Map<string, string[]>()

  beforeAll(async () => {
    if (!existsSync(join(root, '.cache', 'photos')))
      throw new Error('.cache/photos is missing: pnpm run setup')
    project = await mkdtemp(join(tmpdir(), 'edge-trt-docs-'))
    await mkdir(join(project, 'node_modules', '@edge'), { recursive: true })
    for (const name of ['trt', 'runtime', 'model', 'classify', 'image', 'errors'])
      await symlink(join(root, 'packages', name), join(project, 'node_modules', '@edge', name))
    await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'))
    // Of those that applications may have beside it.
    await symlink(join(root, 'packages/image/node_modules/sharp'), join(project, 'node_modules', 'sharp'))
    await symlink(join(root, '.cache'), join(project, '.cache'))
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
    for (const { name, text } of programs) await writeFile(join(project, `${name}.ts`), text)

    const files = [
      ...programs.map(({ name }) => join(project, `${name}.ts`)),
      ...examples.map((name) => join(exampleFolder, name)),
    ]
    // All at once: what takes the time is reading the types of Node.js.
    for (const { file, messageText } of ts.getPreEmitDiagnostics(ts.createProgram(files, strict))) {
      const name = file?.fileName.split('/').at(-1) ?? ''
      const message = ts.flattenDiagnosticMessageText(messageText, '\n')
      wrong.set(name, [...(wrong.get(name) ?? []), message])
    }
  })
  afterAll(() => rm(project, { recursive: true, force: true }))

  it('are found', () => {
    expect(programs.length).toBeGreaterThanOrEqual(20)
    expect(commands.length).toBeGreaterThanOrEqual(15)
    expect(examples).toHaveLength(3)
  })

  it.each(examples)('packages/trt/examples/%s have no errors of types, and say how to run them', (name) => {
    expect(wrong.get(name)).toBeUndefined()
    expect(readFileSync(join(exampleFolder, name), 'utf8')).toContain(`\n *   node ${name}`)
  })

  it.each(programs.map((program) => [program.title, program] as const))(
    '%s: have no errors of types, and run',
    async (_, { name, text }) => {
      expect(wrong.get(`${name}.ts`)).toBeUndefined()
      const { outputText } = ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      })
      await writeFile(join(project, `${name}.js`), outputText)
      const { stdout, stderr } = await execute(process.execPath, [`${name}.js`], { cwd: project })
      expect(stderr).toBe('')
      expect(stdout).not.toBe('')
      // What a comment beside console.log() says that it prints.
      const comments = [...text.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].map(([, said = '']) => said)
      for (const part of comments.flatMap((said) => said.split('…'))) expect(stdout).toContain(part.trim())
      if (comments.length === 0 && text.includes('coffee.png')) expect(stdout).toContain('espresso')
    },
  )

  it.each(commands)('%s: edge-trt %s', async (_, args) => {
    const cli = join(root, 'packages', 'trt', 'dist', 'cli.js')
    const shell = ['-c', `exec "$0" "$1" ${args}`, process.execPath, cli]
    const { stdout, stderr } = await execute('sh', shell, { cwd: root })
    expect(stderr).toBe('')
    expect(stdout).not.toBe('')
  })
})
