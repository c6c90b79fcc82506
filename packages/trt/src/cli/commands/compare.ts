import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { BACKENDS, optionOf, repeatable } from './options.js'

const EXAMPLES = `
Examples:
  $ edge-trt compare model_fp32.tflite model_int8.tflite --images photos
  $ edge-trt compare fp32.tflite pruned.tflite int8.tflite --images photos --labels classes.tsv
  $ edge-trt compare model.onnx model_int8.tflite --images photos --layers all
  $ edge-trt compare model_fp16.engine model_int8.engine --images photos   # of edge-trt build --precision
  $ edge-trt compare a.tflite b.tflite --images photos --json | jq -r '.models[].sentences[]'`

const EXIT_CODES = `
Exit code: 0 if all was compared, 1 if any model or picture failed, 2 for a wrong command line;
130 after Ctrl-C and 143 after SIGTERM, with what was found until then. That models differ changes no exit code.`

/** `edge-trt compare`. */
export function defineCompare(program: Command, { stop, setExitCode, presets }: CommandContext): void {
  program
    .command('compare')
    .summary('put variants of one model side by side: quantized, pruned, converted')
    .description(
      [
        'Compares variants of one model with the first: size, time of an inference, memory, how alike they answer and how often they are',
        'right, and the error of each layer, which says where a variant broke. Then it says in sentences what that means.',
      ].join(' '),
    )
    .argument(
      '<models...>',
      '.tflite, .onnx or .engine models; the first is what the others are compared with',
    )
    .addOption(repeatable('--images <path>', 'a picture, or a directory of them'))
    .option('--labels <path>', 'a line for each picture: its name, a tab, the index of its class')
    .addOption(optionOf('--backend <name>', 'what runs the models (default: auto)', BACKENDS))
    .option('--threads <n>', 'threads of one inference (default: 1)')
    .addOption(
      optionOf(
        '--preset <name>',
        'how inputs are made (default: each model’s manifest, else that of the first)',
        presets,
      ),
    )
    .addOption(
      optionOf('--output-kind <kind>', 'what the models return (default: their manifest, else their graph)', [
        'logits',
        'probabilities',
      ]),
    )
    .option('--runs <n>', 'inferences of each model at least (default: 100)')
    .option('--seconds <s>', 'seconds of inference of each model at least (default: 2)')
    .option('--max-seconds <s>', 'seconds of inference of each model at most (default: 60)')
    .option('--rounds <n>', 'turns of each model, which ratios are taken over (default: 10)')
    .option(
      '--layers <n>',
      'how many layers of each to list, those where the error grows most, or all (default: 10; --json has all)',
    )
    .option('--layer-pictures <n>', 'how many pictures to compare layers over; 0: none (default: 8)')
    .option('--no-sensors', 'read no temperatures, clocks and loads')
    .option('--seed <n>', 'of the order and the choice of pictures (default: drawn)')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', `${EXAMPLES}\n${EXIT_CODES}`)
    .action(async (models: string[], flags: Record<string, unknown>) => {
      const { compareCommand } = await import('../compare-command.js')
      setExitCode(await compareCommand(models, flags, stop))
    })
}
