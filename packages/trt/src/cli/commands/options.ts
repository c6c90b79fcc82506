import { type Command, Option } from 'commander'

/** Words that an option takes, for help and for the shell's completion. They are checked by whoever reads the flag. */
export function optionOf(flags: string, description: string, choices: readonly string[]): Option {
  // choices() would check them, in words of its own.
  return new Option(flags, description).choices(choices).argParser((value) => value)
}

/** What `--backend` may be. */
export const BACKENDS = ['auto', 'tflite', 'tensorrt', 'onnxruntime'] as const

/** `--precision`. */
export function precisionOption(): Option {
  const description = 'TensorRT: number formats that an engine may use (default: fp32)'
  return optionOf('--precision <p>', description, ['fp32', 'fp16', 'bf16', 'int8', 'best'])
}

/** An option that can be repeated. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: unknown) => [
    ...(Array.isArray(before) ? before : []),
    value,
  ])
}

/** The options about classes and their scores that a manifest says, or a label file is off by. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--label-offset <n>', 'class i is label i + n; 1 passes over a first label “background”')
    .addOption(
      optionOf('--output-kind <kind>', 'what the model returns (default: its manifest, else its graph)', [
        'logits',
        'probabilities',
      ]),
    )
}

/** The options about a model and its answers, which {@link readModelFlags} reads. */
export function addModelOptions(command: Command, presets: readonly string[]): Command {
  command
    .option(
      '--model <path>',
      'a .tflite or .onnx model, or an .engine (default: EfficientNet-Lite0, 1000 classes of ImageNet)',
    )
    .option('--labels <path>', 'file with one class name a line (default: what the model’s manifest says)')
    .addOption(optionOf('--preset <name>', 'how the model’s input is made (default: its manifest)', presets))
  return addOutputOptions(command)
    .option('--top <k>', 'how many classes to name (default: 5)')
    .option('--threshold <p>', 'name only classes of at least this probability, 0 to 1')
    .addOption(
      repeatable(
        '--allow <classes>',
        'name only these: labels or indices, with commas between them (\\, within one)',
      ),
    )
    .addOption(repeatable('--deny <classes>', 'do not name these'))
    .addOption(optionOf('--backend <name>', 'what runs the model (default: auto)', BACKENDS))
    .addOption(precisionOption())
    .option(
      '--allow-host-code',
      'TensorRT: an .engine that was built --version-compatible may run its own code; only if you trust it',
    )
    .option('--threads <n>', 'threads of one inference (default: one fewer than processors, at most 4)')
}
