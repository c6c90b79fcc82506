import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'

const EXAMPLES = `
Examples:
  $ edge-trt inspect mobilenet_v2.tflite
  $ edge-trt inspect resnet50.onnx --layers all
  $ edge-trt inspect mobilenet_v2.tflite --json | jq -r .inputLayer`

/** `edge-trt inspect`. */
export function defineInspect(program: Command, { stop, setExitCode }: CommandContext): void {
  program
    .command('inspect')
    .summary('say what is in a model')
    .description(
      [
        'Says what is in a model file: inputs and outputs, operators, parameters, multiply-accumulates (MACs), sizes of layers,',
        'signatures, metadata, and the names that label_image takes as --input_layer and --output_layer. Nothing runs the model.',
      ].join(' '),
    )
    .argument('<model>', 'a .tflite or .onnx model, or an .engine')
    .option(
      '--layers <n>',
      'how many layers to list, the biggest first, or all (default: 10; --json has all)',
    )
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `${EXAMPLES}\n\nExit code: 0 if all went well, 1 if the model could not be read, 2 for a wrong command line.`,
    )
    .action(async (model: string, flags: Record<string, unknown>) => {
      const { inspectCommand } = await import('../inspect-command.js')
      setExitCode(await inspectCommand(model, flags, stop))
    })
}
