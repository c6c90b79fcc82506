import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './source-packages.js'

interface Include {
  readonly file: string
  readonly header: string
}

const sources = join(root, 'native', 'src')
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(cc|h)$/.test(file),
)

const includes: readonly Include[] = files.flatMap((file) =>
  [...readFileSync(join(sources, file), 'utf8').matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map(
    (match) => ({
      file,
      header: match[1] ?? '',
    }),
  ),
)

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')
const ownFolders = new Set(files.map(folderOf).filter((folder) => folder !== ''))

/** Folders of native/src, and which others each may include. */
const mayInclude: Readonly<Record<string, readonly string[]>> = {
  core: [],
  image: ['core'],
  tflite: ['core'],
  cuda: ['core'],
  gpu_image: ['core', 'cuda', 'image'],
  tensorrt: ['core', 'cuda', 'gpu_image'],
  napi: ['core', 'image', 'tflite', 'cuda', 'gpu_image', 'tensorrt'],
  // addon.cc
  '': ['napi', 'core', 'gpu_image'],
}

const told = (list: readonly Include[]): string[] =>
  list.map(({ file, header }) => `${file} includes ${header}`)

describe('the layers of native/src', () => {
  it('are those this test knows', () => {
    expect([...ownFolders].filter((folder) => !(folder in mayInclude))).toEqual([])
    expect(includes.length).toBeGreaterThan(50)
  })

  it('include only what lies below them', () => {
    const wrong = includes.filter(({ file, header }) => {
      const from = folderOf(file)
      const to = folderOf(header)
      return ownFolders.has(to) && to !== from && !(mayInclude[from] ?? []).includes(to)
    })
    expect(told(wrong)).toEqual([])
  })

  it('know of JavaScript in napi/ and addon.cc alone', () => {
    const wrong = includes.filter(
      ({ file, header }) =>
        /^(napi|node_api|node|js_native_api)\b/.test(header) &&
        !header.startsWith('napi/') &&
        folderOf(file) !== 'napi' &&
        file !== 'addon.cc',
    )
    expect(told(wrong)).toEqual([])
  })

  it('include headers of a vendor in tensorrt/impl/ alone, which is compiled once for each of its major versions', () => {
    const wrong = includes.filter(
      ({ file, header }) =>
        /tensorflow|\btflite\/c\/|NvInfer|NvOnnx|^cuda\.h|^cuda_/i.test(header) &&
        !(file.startsWith('tensorrt/impl/') && /^Nv(?:Infer|OnnxParser)\.h$/.test(header)),
    )
    expect(told(wrong)).toEqual([])
  })

  it('reach tensorrt/impl/ by its interface: its own headers are for it alone', () => {
    const wrong = includes.filter(
      ({ file, header }) => header.startsWith('tensorrt/impl/') && !file.startsWith('tensorrt/impl/'),
    )
    expect(told(wrong)).toEqual([])
  })
})
