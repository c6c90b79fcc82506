import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from 'tsup'

const require = createRequire(import.meta.url)

/** What the licences of the drawing library and of what it needs ask of copies: the pages carry them. */
function notices(): string {
  const echarts = dirname(require.resolve('echarts/package.json'))
  const zrender = dirname(createRequire(join(echarts, 'package.json')).resolve('zrender/package.json'))
  const files = [join(echarts, 'NOTICE'), join(echarts, 'LICENSE'), join(zrender, 'LICENSE')]
  const text = files.map((file) => readFileSync(file, 'utf8').trim()).join('\n\n')
  return `/*! This program contains Apache ECharts and ZRender.\n\n${text.replaceAll('*/', '* /')}\n*/`
}

export default defineConfig([
  {
    entry: { index: 'src/index.ts', subject: 'src/subject/own-program.ts', text: 'src/text/index.ts' },
    format: ['esm'],
    target: 'node20',
    dts: { entry: { index: 'src/index.ts', text: 'src/text/index.ts' } },
    // The page is built beside it, at the same time.
    clean: ['!page/**'],
    sourcemap: true,
  },
  {
    // What runs in the page of a report, not in Node.js.
    entry: { page: 'page/main.ts', 'page-style': 'page/style.css' },
    outDir: 'dist/page',
    format: ['iife'],
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    tsconfig: 'page/tsconfig.json',
    minify: true,
    noExternal: [/./],
    banner: { js: notices() },
    clean: true,
    outExtension: () => ({ js: '.js' }),
  },
])
