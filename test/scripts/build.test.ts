import { describe, expect, it } from 'vitest'
import { buildInputs, buildPlan } from '../../scripts/demo/build.js'
import { displayPath } from '../../scripts/setup/paths.js'

describe("the demo's build", () => {
  it('is made again when anything that it reads changes', async () => {
    const inputs = (await buildInputs()).map(displayPath)
    expect(inputs).toEqual(
      expect.arrayContaining([
        'packages/trt/src/cli/main.ts',
        'packages/trt/tsup.config.ts',
        'packages/errors/codes.json',
        'packages/runtime/package.json',
        'native/lib/surface.ts',
        'native/src/addon.cc',
        'native/CMakeLists.txt',
        'pnpm-lock.yaml',
        'tsconfig.base.json',
      ]),
    )
    expect(inputs.filter((path) => /(^|\/)(dist|build|node_modules|test)\/|\.md$/.test(path))).toEqual([])
  })

  it('is made again when anything that it leaves is missing or changed, and when a source differs', async () => {
    const { key, outputs } = await buildPlan(['one'])
    const made = outputs.map(displayPath)
    expect(made).toEqual(
      expect.arrayContaining(['packages/trt/dist/cli.js', 'native/build/Release/edge_native.node']),
    )
    expect(key).toEqual(expect.arrayContaining(made))
    expect((await buildPlan(['another'])).key).not.toEqual(key)
  })
})
