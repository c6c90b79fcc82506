import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    onnx: 'src/onnx/index.ts',
    tflite: 'src/tflite/index.ts',
    'tflite-validate': 'src/tflite/validate/index.ts',
  },
  format: ['esm'],
  target: 'node20',
  dts: true,
  clean: true,
  sourcemap: true,
})
