import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'

const EXAMPLES = `
Examples:
  $ edge-trt doctor
  $ edge-trt doctor --json | jq '.backends[] | select(.available) | .name'`

/** `edge-trt doctor`. */
export function defineDoctor(program: Command, { setExitCode }: CommandContext): void {
  program
    .command('doctor')
    .summary('say what this machine has')
    .description('Says what was found on this machine, which version, where, and what is missing.')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `${EXAMPLES}\n\nExit code: 0 if at least one backend can run models, else 1; 2 for a wrong command line.`,
    )
    .action(async (flags: Record<string, unknown>) => {
      const { doctorCommand } = await import('../doctor-command.js')
      setExitCode(await doctorCommand({ json: flags.json === true }))
    })
}
