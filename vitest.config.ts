import { defineConfig } from 'vitest/config'

// `vitest --project packages` and so on; scripts/test.ts runs them with what each needs in place.
export default defineConfig({
  test: {
    // The addon is loaded in child processes: what one test file leaves behind, another never sees.
    pool: 'forks',
    // vitest leaves one core to itself, which is one of two. It has little to do, and many tests wait for other processes.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'packages', include: ['native/test/js/**/*.test.ts', 'packages/*/test/**/*.test.ts'] },
      },
      {
        extends: true,
        // The addon built with AddressSanitizer; what starts child processes is left out, they would start without it.
        test: {
          name: 'sanitized',
          include: [
            'native/test/js/{session,boundary}.test.ts',
            'packages/runtime/test/{session,open,views-elsewhere}.test.ts',
            'test/runtime/{intermediates,primary-graph,resize,tiny-models}.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: { name: 'repository', include: ['test/{architecture,docs,model,scripts}/**/*.test.ts'] },
      },
      {
        extends: true,
        // The real library on the models that `pnpm run setup --only test-models` makes.
        test: { name: 'runtime', include: ['test/{accuracy,runtime,hostile}/**/*.test.ts'] },
      },
      {
        extends: true,
        // An installation into an empty project, for which npm asks the registry.
        test: { name: 'consumer', include: ['test/consumer/**/*.test.ts'], hookTimeout: 300_000 },
      },
      {
        extends: true,
        // The same for arm64, under QEMU.
        test: {
          name: 'arm64',
          include: ['test/arm64/**/*.test.ts'],
          hookTimeout: 300_000,
          testTimeout: 300_000,
        },
      },
    ],
  },
})
