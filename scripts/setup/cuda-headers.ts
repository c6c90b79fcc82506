import { join } from 'node:path'
import { cudaHeadersDirectory } from './paths.js'
import { type CudaHeaderPin, readPins } from './pins.js'
import { pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { placeVerified } from './verified-file.js'
import { downloadWheels, unpackScript } from './wheel-files.js'
import { inWorkDirectory } from './work-directory.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'cuda-headers.txt')

const headerOf = ({ major }: CudaHeaderPin): string => join(cudaHeadersDirectory, major, 'cuda.h')

/**
 * Fetches `cuda.h` of two major versions of CUDA. Nothing that is shipped is compiled with them: a test holds our own declarations
 * of the driver's functions against both.
 */
export const cudaHeadersStep: Step = {
  name: 'cuda-headers',
  after: [pythonStep],
  tools: ['python'],
  plan: async () => {
    const { cudaHeaders } = readPins()
    return {
      key: [JSON.stringify(cudaHeaders)],
      inputs: [requirements, unpackScript],
      outputs: cudaHeaders.map(headerOf),
    }
  },
  make: async () => {
    const { cudaHeaders } = readPins()
    // Both are called cuda.h, and are unpacked side by side.
    const fileOf = ({ major }: CudaHeaderPin) => `cuda-${major}.h`
    await inWorkDirectory(async (work) => {
      await downloadWheels(requirements, work)
      const files = cudaHeaders.map((pin) => ({ ...pin, file: fileOf(pin) }))
      await runPython([unpackScript, work], { input: JSON.stringify(files) })
      for (const pin of cudaHeaders) await placeVerified(join(work, fileOf(pin)), headerOf(pin), pin.sha256)
    })
    return `cuda.h of CUDA ${cudaHeaders.map(({ major }) => major).join(' and ')}`
  },
}
