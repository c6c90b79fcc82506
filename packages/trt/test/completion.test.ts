import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PRESET_NAMES } from '@edge/image'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../src/cli/program.js'
import { edgeTrt, expectFailure } from './cli.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const
const installed = (shell: string) => spawnSync(shell, ['--version']).error === undefined

let directory: string
const scripts: Record<string, string> = {}
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await edgeTrt(['completion', shell])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    scripts[shell] = stdout
    await writeFile(at(shell), stdout)
  }
})
afterAll(() => rm(directory, { recursive: true }))

const program = buildProgram({
  stop: { signal: new AbortController().signal, reason: undefined, release() {} },
  setExitCode() {},
  presets: PRESET_NAMES,
})
const optionsOf = (command: Command) =>
  command.options.flatMap(({ short, long }) => [short, long].filter((flag) => typeof flag === 'string'))

/** What bash offers for the last word. */
function bashOffers(...words: string[]): string[] {
  const script = [
    `source ${at('bash')}`,
    'COMP_WORDS=(edge-trt "$@"); COMP_CWORD=$#; _edge_trt',
    `printf "%s\\n" "$\{COMPREPLY[@]}"`,
  ].join('\n')
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
}

describe('edge-trt completion', () => {
  const commands = program.commands.map((command): [string, Command] => [command.name(), command])

  it('knows all commands', () => {
    expect(commands.length).toBeGreaterThanOrEqual(6)
    for (const shell of SHELLS)
      for (const [name] of commands) expect(scripts[shell]).toMatch(new RegExp(`\\b${name}\\b`))
  })

  it.each(commands)('offers each option of %s, in bash', (name, command) => {
    const options = optionsOf(command)
    expect(bashOffers(name, '-')).toEqual(expect.arrayContaining([...options, '--help']))
  })

  it.each(commands)('has each option of %s, for zsh and fish', (name, command) => {
    const zsh = new RegExp(`^ *${name}\\) .*$`, 'm').exec(scripts.zsh ?? '')?.[0] ?? ''
    const fish = (scripts.fish ?? '')
      .split('\n')
      .filter((line) => line.includes(`'__fish_seen_subcommand_from ${name}'`))
      .join('\n')
    for (const option of optionsOf(command)) {
      expect(zsh).toContain(`'*${option}`)
      expect(fish).toContain(option.startsWith('--') ? ` -l ${option.slice(2)} ` : ` -s ${option.slice(1)} `)
    }
  })

  it('offers commands, values, and files where there is nothing to offer', () => {
    expect(bashOffers('cl')).toEqual(['classify'])
    expect(bashOffers('classify', '--preset', '')).toEqual([...PRESET_NAMES])
    // As bash splits --preset=t.
    expect(bashOffers('classify', '--preset', '=', 't')).toEqual(['tf', 'torch'])
    expect(bashOffers('classify', '--preset', '=')).toEqual([...PRESET_NAMES])
    expect(bashOffers('completion', 'z')).toEqual(['zsh'])
    expect(bashOffers('help', 'in')).toEqual(['inspect'])
    expect(bashOffers('classify', 'photo')).toEqual([])
    expect(bashOffers('classify', '--model', '')).toEqual([])
  })

  it('is accepted by bash, and registered', () => {
    execFileSync('bash', ['-n', at('bash')])
    const registered = execFileSync('bash', ['-c', `source ${at('bash')}; complete -p edge-trt`], {
      encoding: 'utf8',
    })
    expect(registered).toContain('-F _edge_trt edge-trt')
  })

  it.skipIf(!installed('zsh'))('is accepted by zsh, and registered (skipped where there is no zsh)', () => {
    execFileSync('zsh', ['-n', at('zsh')])
    const script = `autoload -Uz compinit; compinit -u -D; source ${at('zsh')}; echo $_comps[edge-trt]`
    expect(execFileSync('zsh', ['-fc', script], { encoding: 'utf8' })).toBe('_edge_trt\n')
  })

  it.skipIf(!installed('fish'))('is accepted by fish, and completes (skipped where there is no fish)', () => {
    const offers = (line: string) =>
      execFileSync('fish', ['-c', `source ${at('fish')}; complete -C '${line}'`], { encoding: 'utf8' })
        .split('\n')
        .filter(Boolean)
        .map((text) => text.split('\t')[0])
    expect(offers('edge-trt cl')).toEqual(['classify'])
    expect(offers('edge-trt classify --pres')).toEqual(['--preset'])
    expect(offers('edge-trt classify --preset ').sort()).toEqual([...PRESET_NAMES].sort())
    expect(offers('edge-trt completion ').sort()).toEqual(['bash', 'fish', 'zsh'])
  })

  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('%j is a wrong command line', async (args) => {
    expectFailure(await edgeTrt(['completion', ...args]), 2, 'INVALID_ARGUMENT')
  })
})

describe('--help', () => {
  it.each(program.commands.map((command) => [command.name()]))('of %s has examples', async (name) => {
    const { code, stdout } = await edgeTrt([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples:\n {2}\\$ .*edge-trt ${name}\\b`))
    // The presets come from where they are defined.
    if (stdout.includes('--preset'))
      for (const preset of PRESET_NAMES) expect(stdout).toContain(`"${preset}"`)
  })
})
