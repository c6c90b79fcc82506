import { defineConfig, type Options } from 'tsup'

const shared: Options = { format: ['esm'], target: 'node20', sourcemap: true }

// Apart from each other: in one build, what several of them use would be files of its own, and each file that an application loads takes
// its start a millisecond.
export default defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts' },
    // Types of Node.js are in ours: TypeScript then says what is missing, instead of errors inside our file.
    dts: { banner: '/// <reference types="node" />' },
  },
  { ...shared, entry: { engines: 'src/engines.ts' }, dts: { banner: '/// <reference types="node" />' } },
  { ...shared, entry: { 'onnxruntime-worker': 'src/onnxruntime/worker.ts' } },
  { ...shared, entry: { trial: 'src/trial.ts' } },
])
