import type { Command } from 'commander'
import { completedCommands, completedOptions } from './completion.js'
import { bashScript } from './completion-bash.js'
import { fishScript } from './completion-fish.js'
import { zshScript } from './completion-zsh.js'
import { EXIT } from './exit-code.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/**
 * `edge-trt completion`.
 *
 * @returns the exit code.
 */
export function completionCommand(shell: keyof typeof SCRIPTS, program: Command): number {
  const script = SCRIPTS[shell](program.name(), completedCommands(program), completedOptions(program))
  process.stdout.write(script)
  return EXIT.ok
}
