import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageFolders } from '../architecture/source-packages.js'
import { bytesOf, packAll, type Tarball } from './tarballs.js'

const folders = packageFolders()

describe('the packed tarballs', () => {
  let directory: string
  let tarballs: readonly Tarball[]
  const packed = (folder: string): Tarball => {
    const tarball = tarballs.find((one) => one.folder === folder)
    if (tarball === undefined) throw new Error(`${folder} was not packed`)
    return tarball
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-trt-tarballs-'))
    tarballs = await packAll(directory)
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it.each(folders)('%s: publint finds nothing', async (folder) => {
    const bytes = await bytesOf(packed(folder))
    const tarball = new Uint8Array(bytes).buffer
    const { messages, pkg } = await publint({
      pack: { tarball },
      level: 'warning',
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it.each(folders)('%s: nothing runs at installation, nothing points into the workspace', (folder) => {
    const { manifest, files } = packed(folder)
    const scripts = Object.keys({ ...Object(manifest.scripts) })
    expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
    expect(JSON.stringify(manifest)).not.toContain('workspace:')
    expect(files).toContain('LICENSE')
    // binding.gyp would make npm compile at installation without any script.
    expect(files).not.toContain('binding.gyp')
  })

  it('native: the prebuilt addon and its loader, and no sources', () => {
    const { files } = packed('native')
    expect(files).toContain(`prebuilds/linux-${process.arch}/edge-native.glibc.node`)
    const expected =
      /^(dist\/.+\.(js|js\.map|d\.ts)|prebuilds\/linux-(x64|arm64)\/.+\.node|package\.json|LICENSE|README\.md)$/
    expect(files.filter((file) => !expected.test(file))).toEqual([])
  })
})
