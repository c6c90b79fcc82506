import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', subject: 'src/subject/own-program.ts', text: 'src/text/index.ts' },
  format: ['esm'],
  target: 'node20',
  dts: { entry: { index: 'src/index.ts', text: 'src/text/index.ts' } },
  clean: true,
  sourcemap: true,
})
