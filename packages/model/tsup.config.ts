import { defineConfig, type Options } from 'tsup'

const shared: Options = { format: ['esm'], target: 'node20', sourcemap: true }
const lean = { index: 'src/index.ts' }
const readers = {
  onnx: 'src/onnx/index.ts',
  tflite: 'src/tflite/index.ts',
  'tflite-validate': 'src/tflite/validate/index.ts',
}

// Apart from each other: in one build, what the first shares with the readers would be files of its own, and each file that an
// application loads takes its start a millisecond.
export default defineConfig([
  { ...shared, entry: lean, dts: { entry: { ...lean, ...readers } } },
  { ...shared, entry: readers },
])
