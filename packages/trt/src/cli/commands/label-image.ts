import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { addOutputOptions } from './options.js'

const EXAMPLES = `
Examples:
  $ edge-trt label-image --image=cat.jpg
  $ edge-trt label-image --graph=retrained.tflite --labels=retrained_labels.txt --image=daisy.jpg \\
      --input_layer=Mul --input_height=299 --input_width=299 --input_mean=128 --input_std=128
  $ edge-trt label-image -m mobilenet_v1.tflite -l labels.txt -i parrot.jpg --num_threads 2

Prints the time of the inference, then the five best classes with their scores:

  Evaluation time (1-image): 0.012s

  daisy (score=0.99842)

The whole picture is squeezed into the model's input, and pixels become (pixel - mean) / std, as in label_image. Without
--input_mean and --input_std they become what the model's manifest says, else (pixel - 128) / 128, or stay for a uint8 model.

Exit code: 0 if all went well, 1 if the picture or the model failed, 2 for a wrong command line.`

/** `edge-trt label-image`. */
export function defineLabelImage(program: Command, { stop, setExitCode }: CommandContext): void {
  const command = program
    .command('label-image')
    .alias('label_image')
    .summary('say what is in a picture, as TensorFlow’s label_image does')
    .description('Says what is in a picture, with the flags of TensorFlow’s label_image, and its lines.')
    .option('-i, --image <path>', 'the picture')
    .option('-m, --model_file <path>', 'a .tflite or .onnx model (default: EfficientNet-Lite0)')
    .option('--graph <path>', 'the same as --model_file')
    .option('-l, --label_file <path>', 'file with one class name a line (default: its manifest)')
    .option('--labels <path>', 'the same as --label_file')
    .option('--input_mean <x>', 'what is taken from each pixel')
    .option('--input_std <x>', 'what each pixel is divided by after that')
    .option('--input_height <n>', 'checked: the model says it')
    .option('--input_width <n>', 'checked: the model says it')
    .option('--input_layer <name>', 'checked: the model says it')
    .option('--output_layer <name>', 'checked: the model says it')
    .option('--num_threads <n>', 'threads of one inference (default: one fewer than processors, at most 4)')
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Record<string, unknown>) => {
      const { labelImageCommand } = await import('../label-image-command.js')
      setExitCode(await labelImageCommand(flags, stop))
    })
}
