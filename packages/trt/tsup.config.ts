import { defineConfig } from 'tsup'

export default defineConfig({
  // Each subcommand is a dynamic import, and so a chunk that is loaded when it is asked for.
  entry: { index: 'src/index.ts', cli: 'src/cli.ts' },
  format: ['esm'],
  target: 'node20',
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
  sourcemap: true,
})
