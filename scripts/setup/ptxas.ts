import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './paths.js'
import { inRepository } from './stamp.js'
import { interpreterIn, runPythonIn, virtualEnvironmentStep } from './virtual-environment.js'

const environment = join(cacheDirectory, 'python', 'ptxas')

/** Installs NVIDIA's assembler of PTX, which needs no GPU. For tests, on x64. */
export const ptxasStep = virtualEnvironmentStep(
  'ptxas',
  environment,
  inRepository('scripts', 'setup', 'requirements', 'ptxas.txt'),
)

/** The assembler, or undefined where set-up did not install it. */
export async function findPtxas(): Promise<string | undefined> {
  try {
    await access(interpreterIn(environment))
  } catch {
    return undefined
  }
  const where = 'import nvidia.cuda_nvcc; print(nvidia.cuda_nvcc.__path__[0])'
  return join((await runPythonIn(environment, ['-c', where])).trim(), 'bin', 'ptxas')
}
