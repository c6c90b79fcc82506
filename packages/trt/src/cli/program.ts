import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import type { StopWatch } from './stop-watch.js'

const CLASSIFY_EXAMPLES = `
Examples:
  $ edge-trt classify cat.jpg
  $ edge-trt classify photos/*.jpg --top 1
  $ edge-trt classify frame.png --model mobilenet_v2.tflite --labels labels.txt --preset tf
  $ edge-trt classify cat.jpg --json | jq '.results[0].classes[0].label'`

const INSPECT_EXAMPLES = `
Examples:
  $ edge-trt inspect mobilenet_v2.tflite
  $ edge-trt inspect resnet50.onnx --layers all
  $ edge-trt inspect mobilenet_v2.tflite --json | jq -r .inputLayer`

const EXAMPLES = `${CLASSIFY_EXAMPLES}
  $ edge-trt inspect mobilenet_v2.tflite
  $ edge-trt doctor

Environment:
  EDGE_TFLITE_LIBRARY   path of libtensorflowlite_c.so, in place of the installed one
  EDGE_ONNXRUNTIME      directory of the package onnxruntime-node, in place of the installed one
  NO_COLOR              any value: no colours
  EDGE_TRT_DEBUG        1: stack traces of errors
`

/**
 * The commands and their flags. What a command does is loaded when it is run.
 *
 * @param stop - what may end a command early.
 * @param setExitCode - is told each command's exit code.
 */
export function buildProgram(stop: StopWatch, setExitCode: (code: number) => void): Command {
  const program = new Command('edge-trt')
    .description('Image classification at the edge.')
    .version(manifest.version)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    // main() writes errors: in one form, whoever found them.
    .configureOutput({ outputError: () => {} })
  program
    .command('classify')
    .summary('say what is in pictures')
    .description(
      'Says what is in pictures. Each is a JPEG or PNG file; standard input (-) and pipes are not read yet.',
    )
    .argument('<image...>', 'pictures')
    .option('--model <path>', 'a .tflite model (default: EfficientNet-Lite0, 1000 classes of ImageNet)')
    .option('--labels <path>', 'file with one class name a line (default: what the model’s manifest says)')
    .option('--label-offset <n>', 'class i is label i + n; 1 passes over a first label “background”')
    .option(
      '--preset <name>',
      'how the model’s input is made: tf, efficientnet-lite or raw (default: its manifest)',
    )
    .option(
      '--output-kind <kind>',
      'what the model returns: logits or probabilities (default: its manifest, else its graph)',
    )
    .option('--top <k>', 'how many classes to name (default: 5)')
    .option('--backend <name>', 'what runs the model: auto or tflite (default: auto)')
    .option('--threads <n>', 'threads of one inference (default: the processors, at most 4)')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      [
        CLASSIFY_EXAMPLES,
        '\nExit code: 0 if all went well, 1 if any picture or the model failed, 2 for a wrong command line;',
        '130 after Ctrl-C and 143 after SIGTERM, with what was found until then. A second one ends it at once.',
      ].join('\n'),
    )
    .action(async (images: string[], flags: Record<string, unknown>) => {
      const { classifyCommand } = await import('./classify-command.js')
      setExitCode(await classifyCommand(images, flags, stop))
    })
  program
    .command('inspect')
    .summary('say what is in a model')
    .description(
      [
        'Says what is in a model file: inputs and outputs, operators, parameters, multiply-accumulates (MACs), sizes of layers,',
        'signatures, metadata, and the names that label_image takes as --input_layer and --output_layer. Nothing runs the model.',
      ].join(' '),
    )
    .argument('<model>', 'a .tflite or .onnx model')
    .option(
      '--layers <n>',
      'how many layers to list, the biggest first, or all (default: 10; --json has all)',
    )
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `${INSPECT_EXAMPLES}\n\nExit code: 0 if all went well, 1 if the model could not be read, 2 for a wrong command line.`,
    )
    .action(async (model: string, flags: Record<string, unknown>) => {
      const { inspectCommand } = await import('./inspect-command.js')
      setExitCode(await inspectCommand(model, flags, stop))
    })
  program
    .command('doctor')
    .summary('say what this machine has')
    .description('Says what was found on this machine, which version, where, and what is missing.')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nExit code: 0 if at least one backend can run models, else 1; 2 for a wrong command line.',
    )
    .action(async (flags: Record<string, unknown>) => {
      const { doctorCommand } = await import('./doctor-command.js')
      setExitCode(await doctorCommand({ json: flags.json === true }))
    })
  return program
}
