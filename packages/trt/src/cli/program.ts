import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { defineBench } from './commands/bench.js'
import { defineBuild } from './commands/build.js'
import { CLASSIFY_EXAMPLES, defineClassify } from './commands/classify.js'
import type { CommandContext } from './commands/command-context.js'
import { defineCompare } from './commands/compare.js'
import { defineCompletion } from './commands/completion.js'
import { defineDoctor } from './commands/doctor.js'
import { defineEngines } from './commands/engines.js'
import { defineInspect } from './commands/inspect.js'
import { defineLabelImage } from './commands/label-image.js'
import { defineWatch } from './commands/watch.js'

const EXAMPLES = `${CLASSIFY_EXAMPLES}
  $ edge-trt watch camera --newest --json
  $ edge-trt label-image --graph=retrained.tflite --labels=labels.txt --image=daisy.jpg
  $ edge-trt inspect mobilenet_v2.tflite
  $ edge-trt bench --model a.tflite --model b.tflite --html report.html
  $ edge-trt compare model_fp32.tflite model_int8.tflite --images photos
  $ edge-trt build resnet18.onnx --precision fp16
  $ edge-trt doctor
  $ source <(edge-trt completion bash)

Environment:
  EDGE_TFLITE_LIBRARY   path of libtensorflowlite_c.so, in place of the installed one
  EDGE_ONNXRUNTIME      directory of the package onnxruntime-node, in place of the installed one
  EDGE_TENSORRT_LIBRARY path of libnvinfer.so, in place of the system’s
  EDGE_CUDA_LIBRARY     path of libcuda.so.1, the GPU’s driver, in place of the system’s
  EDGE_ENGINE_CACHE     directory in which engines of TensorRT are kept
  NO_COLOR              any value: no colours
  EDGE_TRT_DEBUG        1: stack traces of errors
`

/**
 * The commands and their flags. What a command does is loaded when it is run.
 */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('edge-trt')
    .description('Image classification at the edge.')
    .version(manifest.version)
    .addHelpText('after', EXAMPLES)
    // A flag after a command is that command's: `bench --json` takes a file, `bench compare --json` takes none.
    .enablePositionalOptions()
    .exitOverride()
    // main() writes errors: in one form, whoever found them.
    .configureOutput({ outputError: () => {} })
  defineClassify(program, context)
  defineWatch(program, context)
  defineLabelImage(program, context)
  defineInspect(program, context)
  defineBench(program, context)
  defineCompare(program, context)
  defineBuild(program, context)
  defineEngines(program, context)
  defineDoctor(program, context)
  defineCompletion(program, context)
  return program
}
