import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'onnxruntime-worker': 'src/onnxruntime/worker.ts', trial: 'src/trial.ts' },
  format: ['esm'],
  target: 'node20',
  // Types of Node.js are in ours: TypeScript then says what is missing, instead of errors inside our file.
  dts: { banner: '/// <reference types="node" />' },
  clean: true,
  sourcemap: true,
})
