import type { Command } from 'commander'
import { type CommandContext, EXIT_CODES } from './command-context.js'
import { addModelOptions, repeatable } from './options.js'

/** What `--help` of the program shows, too. */
export const CLASSIFY_EXAMPLES = `
Examples:
  $ edge-trt classify cat.jpg
  $ edge-trt classify photos --recursive --top 1 --csv > classes.csv
  $ edge-trt classify 'photos/**/*.jpg' --threshold 0.5 --deny 'web site,envelope'
  $ find photos -name '*.jpg' -print0 | edge-trt classify - --null --jsonl
  $ edge-trt classify @pictures.txt --allow 281,282,283
  $ edge-trt classify frame.png --model mobilenet_v2.tflite --labels labels.txt --preset tf
  $ edge-trt classify cat.jpg --json | jq '.results[0].classes[0].label'`

const NOTES = `
Each IMAGE is a picture; a directory, whose pictures are taken in the order of their names; a pattern in quotes;
@FILE, a list of paths with one a line; or -, such a list on standard input. ./ before a name takes it as it is.
A picture that fails is told on standard error, and the rest goes on.

--csv prints source, rank, index, label and score. --json prints { model, backend, results, errors }; --jsonl one
object a line for each picture, with classes or error.`

/** `edge-trt classify`. */
export function defineClassify(program: Command, { stop, setExitCode, presets }: CommandContext): void {
  const command = program
    .command('classify')
    .summary('say what is in pictures')
    .description('Says what is in pictures.')
    .argument('[image...]', 'pictures, directories, patterns, @lists; - for a list on standard input')
    .option('-r, --recursive', 'directories with all that are within them')
    .addOption(repeatable('--list <path>', 'file with one path a line, or -; the same as @FILE'))
    .option('-0, --null', 'lists have NUL after each path, as find -print0 writes')
  addModelOptions(command, presets)
    .option('--json', 'print one JSON document and nothing else')
    .option('--jsonl', 'print one JSON object a line, as results come')
    .option('--csv', 'print one row for each picture and class')
    .addHelpText('after', `${NOTES}\n${CLASSIFY_EXAMPLES}\n${EXIT_CODES}`)
    .action(async (named: string[], flags: Record<string, unknown>) => {
      const { classifyCommand } = await import('../classify-command.js')
      setExitCode(await classifyCommand(named, flags, stop))
    })
}
