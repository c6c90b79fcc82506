import { join } from 'node:path'
import { testPhotographsDirectory } from './paths.js'
import { readPins } from './pins.js'
import { pythonStep } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { fetchWheelFiles, unpackScript } from './wheel-files.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'test-photographs.txt')

/**
 * Photographs for tests: twenty of ImageNet, which foolbox ships as `imagenet_NUMBER_CLASS.jpg`, and further ones of scikit-image.
 */
export const testPhotosStep: Step = {
  name: 'test-photos',
  after: [pythonStep],
  tools: ['python'],
  plan: async () => {
    const { testPhotographs } = readPins()
    return {
      key: [JSON.stringify(testPhotographs)],
      inputs: [requirements, unpackScript],
      outputs: testPhotographs.map(({ file }) => join(testPhotographsDirectory, file)),
    }
  },
  make: async () => {
    const { testPhotographs } = readPins()
    await fetchWheelFiles(requirements, testPhotographs, testPhotographsDirectory)
    return `${testPhotographs.length} photographs for tests`
  },
}
