import { join } from 'node:path'
import { unpackArtifacts } from './maven.js'
import { tensorrtLibraryDirectory } from './paths.js'
import { readPins } from './pins.js'
import type { Step } from './step.js'
import { placeVerified } from './verified-file.js'
import { inWorkDirectory } from './work-directory.js'

/** Fetches TensorRT's own library and its ONNX parser, which load without a GPU. For tests, on x64. */
export const tensorrtLibraryStep: Step = {
  name: 'tensorrt-library',
  after: [],
  tools: ['maven', 'java'],
  plan: async () => {
    const { library } = readPins().tensorrt
    return {
      key: [JSON.stringify(library)],
      inputs: [],
      outputs: library.files.map(({ file }) => join(tensorrtLibraryDirectory, file)),
    }
  },
  make: async () => {
    const { artifact, classifier, folder, files } = readPins().tensorrt.library
    await inWorkDirectory(async (directory) => {
      const members = files.map(({ file }) => `${folder}/${file}`)
      await unpackArtifacts([{ artifact, classifier, members, into: directory }])
      for (const { file, sha256 } of files) {
        await placeVerified(join(directory, folder, file), join(tensorrtLibraryDirectory, file), sha256)
      }
    })
    return `${files.map(({ file }) => file).join(' and ')} of ${artifact}`
  },
}
