import type { Command } from 'commander'
import { optionOf, precisionOption, repeatable } from './options.js'

/** The options about an engine, which {@link readEngineFlags} reads. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(precisionOption())
    .option('--tf32', 'fp32 convolutions may multiply in 19 bits, on Ampere and newer (the default)')
    .option('--no-tf32', 'they may not')
    .option('--workspace <mib>', 'MiB of device memory that a layer may use while it runs (default: all)')
    .option('--optimization-level <n>', '0, quick to build, to 5, tries most (default: TensorRT’s, 3)')
    .addOption(
      repeatable(
        '--min-shapes <shapes>',
        'smallest shapes of inputs with open dimensions: data:1x3x224x224, with commas between inputs',
      ),
    )
    .addOption(repeatable('--opt-shapes <shapes>', 'those that it is to be fastest for'))
    .addOption(repeatable('--max-shapes <shapes>', 'the largest (default for both: --opt-shapes)'))
    .option('--dla-core <n>', 'run layers on this deep learning accelerator; the others go to the GPU')
    .option('--version-compatible', 'newer versions of the same major of TensorRT can run it, too')
    .addOption(
      optionOf(
        '--hardware-compatibility <which>',
        'which other GPUs can run it, too; not for a Jetson (default: none)',
        ['none', 'ampere+', 'same-compute-capability'],
      ),
    )
    .option('--refittable', 'its weights can be replaced by those of another model of the same network')
    .option('--device <n>', 'which GPU, counted from 0 (default: 0)')
    .option('--library <path>', 'libnvinfer.so, in place of EDGE_TENSORRT_LIBRARY and the system’s')
}
