import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { addModelOptions } from './options.js'

const EXAMPLES = `
Examples:
  $ edge-trt watch camera
  $ edge-trt watch camera --newest --top 1 --json | jq -r '.classes[0].label'
  $ edge-trt watch inbox --existing --settle 2000 --threshold 0.5

A picture is read once it has been left alone for the settle time, whether it was written, copied or moved there; one that is
written anew is classified anew. Other files, hidden ones and directories within it are passed over.

Ends at Ctrl-C (exit code 130) or SIGTERM (143), with a summary on standard error. Exit code 1: the directory has gone, or
cannot be watched, or the model failed; 2: a wrong command line.`

/** `edge-trt watch`. */
export function defineWatch(program: Command, { stop, setExitCode, presets }: CommandContext): void {
  const command = program
    .command('watch')
    .summary('say what is in pictures as they appear in a directory')
    .description('Says what is in pictures as they appear in a directory, until it is told to stop.')
    .argument('<directory>', 'where pictures appear')
    .option('--existing', 'begin with the pictures that are there already')
    .option('--newest', 'when several wait, only the newest; the others are passed over')
    .option('--settle <ms>', 'how long a file must have been left alone (default: 250)')
  addModelOptions(command, presets)
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, flags: Record<string, unknown>) => {
      const { watchCommand } = await import('../watch-command.js')
      setExitCode(await watchCommand(directory, flags, stop))
    })
}
