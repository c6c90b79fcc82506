import type { CommandOptions } from './command.js'
import { pythonEnvironment } from './paths.js'
import { inRepository } from './stamp.js'
import { runPythonIn, virtualEnvironmentStep } from './virtual-environment.js'

/** What is installed there: another converter makes another model. */
export const converterRequirements = inRepository('scripts', 'setup', 'requirements', 'models.txt')

// Headers to build TensorFlow operators with: a fifth of the environment, and nothing here builds any.
const surplus = ['tensorflow/include']

/** Runs the Python that has what the model scripts import. */
export function runPython(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const environment = {
    // When a program fails, its last lines are shown: they are to be its own, not TensorFlow's remarks on the processor.
    TF_CPP_MIN_LOG_LEVEL: '3',
    // oneDNN adds up in another order on every kind of processor.
    TF_ENABLE_ONEDNN_OPTS: '0',
    ...options.environment,
  }
  return runPythonIn(pythonEnvironment, args, { ...options, environment })
}

/** The virtual environment with what the model scripts import. */
export const pythonStep = virtualEnvironmentStep('python', pythonEnvironment, converterRequirements, surplus)
