import { join } from 'node:path'
import { photographsDirectory } from './paths.js'
import { readPins } from './pins.js'
import { pythonStep } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { fetchWheelFiles, unpackScript } from './wheel-files.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'photographs.txt')

/** The sample photographs that scikit-image and scikit-learn ship. */
export const photosStep: Step = {
  name: 'photos',
  after: [pythonStep],
  tools: ['python'],
  plan: async () => {
    const { photographs } = readPins()
    return {
      key: [JSON.stringify(photographs)],
      inputs: [requirements, unpackScript],
      outputs: photographs.map((photograph) => join(photographsDirectory, photograph.file)),
    }
  },
  make: async () => {
    const { photographs } = readPins()
    await fetchWheelFiles(requirements, photographs, photographsDirectory)
    return `${photographs.length} photographs`
  },
}
