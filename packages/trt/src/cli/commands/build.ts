import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { addEngineOptions } from './engine-options.js'
import { optionOf } from './options.js'

const TEXT = `
Examples:
  $ edge-trt build resnet18.onnx --precision fp16 -o resnet18.engine
  $ edge-trt build resnet18.onnx --precision int8 --calibrate photos --calibration-cache resnet18.cache
  $ edge-trt build detector.onnx --min-shapes data:1x3x224x224 --opt-shapes data:4x3x224x224 --max-shapes data:8x3x224x224

An engine runs on the version of TensorRT and the kind of GPU that it was built with. Classifying by an .onnx model builds one, too, and
keeps it in the cache of engines: see edge-trt engines --help.

--calibrate is for int8 on TensorRT 10; on 11 a model brings its ranges as Q/DQ operators. The file of --calibration-cache is read where it
is there, and no picture is looked at then; else it is written. Delete it to calibrate anew, as for another version of TensorRT. A file of
another method than --calibration-method is refused.

Exit code: 0 if the engine was written, 1 if not, 2 for a wrong command line; 130 after Ctrl-C and 143 after SIGTERM, with nothing written.`

/** `edge-trt build`. */
export function defineBuild(program: Command, { stop, setExitCode, presets }: CommandContext): void {
  const command = program
    .command('build')
    .summary('build an engine for TensorRT from an .onnx model')
    .description(
      'Builds an engine for this machine’s NVIDIA GPU from an .onnx model. That takes seconds to minutes.',
    )
    .argument('<model>', 'an .onnx model')
    .option('-o, --output <path>', 'the engine (default: the model’s name with .engine)')
    .option('--force', 'replace an engine that is there')
  addEngineOptions(command)
    .option('--calibrate <path>', 'directory of pictures, or a picture, to find int8 ranges from')
    .option('--calibration-cache <path>', 'file of int8 ranges: read where it is there, else written')
    .addOption(
      optionOf(
        '--calibration-method <m>',
        'how ranges are chosen: min-max keeps outliers (default: entropy)',
        ['entropy', 'min-max'],
      ),
    )
    .addOption(
      optionOf('--preset <name>', 'how pictures become the model’s input (default: its manifest)', presets),
    )
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', TEXT)
    .action(async (model: string, flags: Record<string, unknown>) => {
      const { buildCommand } = await import('../build-command.js')
      setExitCode(await buildCommand(model, flags, stop))
    })
}
