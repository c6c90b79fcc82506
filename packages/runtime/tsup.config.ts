import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'onnxruntime-worker': 'src/onnxruntime/worker.ts', trial: 'src/trial.ts' },
  format: ['esm'],
  target: 'node20',
  dts: true,
  clean: true,
  sourcemap: true,
})
