import { Argument, type Command } from 'commander'
import type { CommandContext } from './command-context.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const

const EXAMPLES = `
Examples:
  $ source <(edge-trt completion bash)            # this shell; the line in ~/.bashrc: each
  $ source <(edge-trt completion zsh)             # ~/.zshrc, after compinit
  $ edge-trt completion fish | source
  $ edge-trt completion fish > ~/.config/fish/completions/edge-trt.fish

The script knows the commands and options of this version, and does not run it.`

/** `edge-trt completion`. */
export function defineCompletion(program: Command, { setExitCode }: CommandContext): void {
  program
    .command('completion')
    .summary('print what makes a shell complete commands and options')
    .description('Prints a script that makes a shell complete the commands, options and values of edge-trt.')
    // Checked by commander, as it checks how many there are.
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionCommand } = await import('../completion-command.js')
      setExitCode(completionCommand(shell, program))
    })
}
