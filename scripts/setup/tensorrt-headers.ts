import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyFileAtomically } from './atomic-write.js'
import { unpackCrate } from './crate.js'
import { tensorrtHeadersDirectory } from './paths.js'
import { readPins } from './pins.js'
import type { Step } from './step.js'
import { inWorkDirectory } from './work-directory.js'

// What including NvInfer.h and NvOnnxParser.h reads, and so what is damaged when a file is; others lie beside them.
const headers = [
  ...['NvInfer.h', 'NvInferImpl.h', 'NvInferLegacyDims.h', 'NvInferPluginBase.h', 'NvInferRuntime.h'],
  ...['NvInferRuntimeBase.h', 'NvInferRuntimeCommon.h', 'NvInferRuntimePlugin.h', 'NvInferVersion.h'],
  ...['NvOnnxParser.h', 'cuda_runtime_api.h'],
]

async function placeHeaders(): Promise<string> {
  const { crate, headers: pins } = readPins().tensorrt
  await inWorkDirectory(async (directory) => {
    for (const { major, version, folder, sha256 } of pins) {
      const unpacked = await unpackCrate({ crate, version, sha256 }, join(directory, major))
      const all = join(unpacked, 'TensorRT-Headers')
      const target = join(tensorrtHeadersDirectory, major)
      const names = (await readdir(join(all, folder))).filter((name) => name.endsWith('.h'))
      for (const name of names) await copyFileAtomically(join(all, folder, name), join(target, name))
      // Two types of CUDA's runtime are all that the others want to know.
      await copyFileAtomically(join(all, 'cuda_runtime_api.h'), join(target, 'cuda_runtime_api.h'))
    }
  })
  return pins.map(({ folder }) => folder).join(' and ')
}

/** Fetches the headers of both major versions of TensorRT. The addon is compiled with these, never with the system's. */
export const tensorrtHeadersStep: Step = {
  name: 'tensorrt-headers',
  after: [],
  tools: ['cargo'],
  plan: async () => {
    const { crate, headers: pins } = readPins().tensorrt
    return {
      key: [JSON.stringify({ crate, pins })],
      inputs: [],
      outputs: pins.flatMap(({ major }) =>
        headers.map((name) => join(tensorrtHeadersDirectory, major, name)),
      ),
    }
  },
  make: placeHeaders,
}
