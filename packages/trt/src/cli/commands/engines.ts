import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { addEngineOptions } from './engine-options.js'

const EXAMPLES = `
Examples:
  $ edge-trt engines list
  $ edge-trt engines why resnet18.onnx --precision fp16
  $ edge-trt engines clear --damaged

The cache is the directory EDGE_ENGINE_CACHE, else edge-trt/engines below XDG_CACHE_HOME or ~/.cache.
Exit code: 0 if all went well, else 1; 2 for a wrong command line.`

/** `edge-trt engines list`, `clear` and `why`. */
export function defineEngines(program: Command, { setExitCode }: CommandContext): void {
  const engines = program
    .command('engines')
    .enablePositionalOptions()
    .summary('say which engines TensorRT’s cache has, and why not; clear it')
    .description('Looks into the cache of engines, which opening .onnx models with TensorRT fills.')
    .addHelpText('after', EXAMPLES)
  engines
    .command('list')
    .summary('say which engines there are')
    .description('Says which engines are in the cache, newest first, and which files are damaged.')
    .option('--cache <path>', 'directory of the cache')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (flags: Record<string, unknown>) => {
      const { enginesListCommand } = await import('../engines-command.js')
      setExitCode(await enginesListCommand(flags))
    })
  engines
    .command('clear')
    .summary('delete engines')
    .description(
      'Deletes engines from the cache: all, those of one model, or damaged ones. They are built again when they are wanted.',
    )
    .option('--model <name>', 'only those of models with this file name')
    .option('--damaged', 'only files that are no engines any more')
    .option('--cache <path>', 'directory of the cache')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (flags: Record<string, unknown>) => {
      const { enginesClearCommand } = await import('../engines-command.js')
      setExitCode(await enginesClearCommand(flags))
    })
  const why = engines
    .command('why')
    .summary('say why a model’s engine would be built anew')
    .description(
      'Says whether the engine that these options want is in the cache, and in what the nearest one differs.',
    )
    .argument('<model>', 'an .onnx model')
  addEngineOptions(why)
    .option('--calibration-cache <path>', 'file of int8 ranges')
    .option('--cache <path>', 'directory of the cache')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (model: string, flags: Record<string, unknown>) => {
      const { enginesWhyCommand } = await import('../engines-command.js')
      setExitCode(await enginesWhyCommand(model, flags))
    })
}
