import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', subject: 'src/subject/own-program.ts' },
  format: ['esm'],
  target: 'node20',
  dts: { entry: 'src/index.ts' },
  clean: true,
  sourcemap: true,
})
