import { defineConfig, type Options } from 'tsup'

const shared: Options = { format: ['esm'], target: 'node20', sourcemap: true }
const library = { index: 'src/index.ts' }

// Apart from each other: in one build, what both use would be a file of its own, which takes an application's start a millisecond.
export default defineConfig([
  { ...shared, entry: library, dts: { entry: library } },
  // Each subcommand is a dynamic import, and so a chunk that is loaded when it is asked for.
  { ...shared, entry: { cli: 'src/cli.ts' } },
])
