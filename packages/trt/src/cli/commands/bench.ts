import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { optionOf, repeatable } from './options.js'

const EXAMPLES = `
Examples:
  $ edge-trt bench --model a.tflite --model b.tflite --images photos --html report.html
  $ edge-trt bench --model mobilenet_v2.tflite --threads 1,2,4 --runs 1000 --json before.json
  $ edge-trt bench --model big.tflite --model small.tflite --labels classes.tsv --images photos
  $ edge-trt bench --model a.tflite --model b.tflite --resume stopped.json
  $ edge-trt bench compare before.json after.json --threshold 3`

const EXIT_CODES = `
Exit code: 0 if all was measured, 1 if a model, a picture, a sensor or a report failed, 2 for a wrong command line;
130 after Ctrl-C and 143 after SIGTERM, with what was measured until then in the files that were asked for. Figures that are not to be believed say so and why; they change no exit code, nor does a sensor that
only root may read.`

const COMPARE_EXIT_CODES = `
Exit code: 0 if no regression was shown; 1 for a regression (slower by more than the threshold in reliable figures of both
files, or failed while it had not before), if the files have nothing to compare, or one cannot be read; 2 for a wrong
command line. What is slower in unreliable figures changes no exit code: the machine may have been busy. Measure again,
or look for pairs with something in "unreliable" in the document of --json.`

/** `edge-trt bench` and `edge-trt bench compare`. */
export function defineBench(program: Command, { stop, setExitCode }: CommandContext): void {
  const bench = program
    .command('bench')
    .enablePositionalOptions()
    .summary('measure how fast models are, in figures that can be believed')
    .description(
      [
        'Measures models against each other: by turns in rounds of random order, each in a process of its own, with the machine’s',
        'sensors read beside. The first model is what the others are compared with.',
      ].join(' '),
    )
    .addOption(
      repeatable(
        '--model <path>',
        'a .tflite or .onnx model, or an .engine; the first is what others are compared with',
      ),
    )
    .addOption(repeatable('--images <path>', 'a picture, or a directory of them (default: made-up input)'))
    .option('--labels <path>', 'a line for each picture: its name, a tab, the index of its class')
    .addOption(
      repeatable(
        '--backend <name>',
        'what runs the models: auto, tflite, tensorrt, onnxruntime (default: auto)',
      ),
    )
    .option(
      '--precision <list>',
      'TensorRT: fp32, fp16, bf16, int8 or best; several with commas (default: fp32)',
    )
    .option('--threads <list>', 'threads of one inference; several with commas between them (default: 1)')
    .option('--batch <list>', 'pictures of one inference, of made-up input (default: 1)')
    .option('--runs <n>', 'inferences of each model at least (default: 100)')
    .option('--seconds <s>', 'seconds of inference of each model at least (default: 2)')
    .option('--max-seconds <s>', 'seconds of inference of each model at most (default: 60)')
    .option('--rounds <n>', 'turns of each model (default: 10)')
    .addOption(
      optionOf('--scenario <name>', 'how inferences are asked for (default: single-stream)', [
        'single-stream',
        'multi-stream',
        'offline',
        'server',
      ]),
    )
    .option('--sequence', 'one model to its end after the other, in place of turns')
    .option(
      '--cool-down',
      'with --sequence: wait between models until the machine is as cool as at the start',
    )
    .option('--end-to-end', 'decoding and preprocessing are part of a run')
    .option('--no-sensors', 'read no temperatures, clocks and loads')
    .option('--timeout <s>', 'give up a model that does not answer for so long (default: 120)')
    .option('--seed <n>', 'of the order and the choice of pictures (default: drawn, and kept in the results)')
    .option(
      '--json <file>',
      'write all results and every inference’s time; after each round, so that nothing is lost',
    )
    .option('--html <file>', 'write a page with tables and drawings, which needs no network')
    .option('--csv <file>', 'write a row for each model')
    .option('--samples-csv <file>', 'write a row for each inference')
    .option('--markdown <file>', 'write tables for a README')
    .option('--junit <file>', 'write a test report, a case for each model')
    .option(
      '--resume <file>',
      'go on with the results of a run that was stopped, with the same other flags, and write them there',
    )
    .addHelpText('after', `${EXAMPLES}\n${EXIT_CODES}`)
    .action(async (flags: Record<string, unknown>) => {
      const { benchCommand } = await import('../bench-command.js')
      setExitCode(await benchCommand(flags, stop))
    })
  bench
    .command('compare')
    .summary('say what became faster or slower between two files of results')
    .argument('<before>', 'a file that bench --json wrote')
    .argument('<after>', 'another')
    .option('--threshold <percent>', 'from how many per cent on slower is a regression (default: 5)')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', COMPARE_EXIT_CODES)
    .action(async (before: string, after: string, flags: Record<string, unknown>) => {
      const { benchCompareCommand } = await import('../bench-compare-command.js')
      setExitCode(await benchCompareCommand(before, after, flags))
    })
}
