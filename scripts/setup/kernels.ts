import { readdir } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomically } from './atomic-write.js'
import { cacheDirectory, kernelsFile } from './paths.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { runPythonIn, virtualEnvironmentStep } from './virtual-environment.js'

const environment = join(cacheDirectory, 'python', 'nvrtc')
const sources = inRepository('native', 'src', 'gpu_image', 'kernels')
const compiler = inRepository('scripts', 'setup', 'compile_kernels.py')

// TensorRT 10.3, the oldest that is supported, runs on GPUs from this one on; newer ones take what is made for it.
const options = ['--gpu-architecture=compute_70', '--std=c++17']

/** Whether NVRTC can be had for this machine: of the pinned version there is a wheel for x64 alone. */
const hasCompiler = arch() === 'x64'

/** Installs NVRTC. */
export const nvrtcStep = virtualEnvironmentStep(
  'nvrtc',
  environment,
  inRepository('scripts', 'setup', 'requirements', 'nvrtc.txt'),
)

async function compile(): Promise<string> {
  if (!hasCompiler) {
    // Empty, so that the addon is compiled anew when there is something.
    await writeFileAtomically(kernelsFile, '')
    return `there is no NVRTC for ${arch()}: an addon that is built here does not preprocess on the GPU`
  }
  const ptx = await runPythonIn(environment, [compiler, join(sources, 'preprocess.cu'), ...options])
  await writeFileAtomically(kernelsFile, ptx)
  return `${ptx.match(/^\.visible \.entry /gm)?.length ?? 0} kernels, ${Math.round(ptx.length / 1024)} KB of PTX`
}

/** Compiles the kernels that preprocess pictures on the GPU, for every GPU and processor: the addon carries the result. */
export const kernelsStep: Step = {
  name: 'kernels',
  after: hasCompiler ? [nvrtcStep] : [],
  tools: [],
  plan: async () => ({
    key: [...options, String(hasCompiler)],
    inputs: [...(await readdir(sources)).sort().map((name) => join(sources, name)), compiler],
    outputs: [kernelsFile],
  }),
  make: compile,
}
