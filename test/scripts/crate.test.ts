import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unpackCrate } from '../../scripts/setup/crate.js'
import { tensorrtHeadersDirectory } from '../../scripts/setup/paths.js'
import { readPins } from '../../scripts/setup/pins.js'
import { sha256OfFile } from '../../scripts/setup/sha256.js'
import { requireTools } from '../../scripts/setup/tools.js'

let folder: string

// A cargo that fetches nothing, and says that it is of some version.
function putCargo(version: string): void {
  const program = join(folder, 'bin', 'cargo')
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${folder}/asked\necho "cargo ${version} (0123abcd)"\n`)
  chmodSync(program, 0o755)
}

// What a registry is called in cargo's home differs from machine to machine.
function putArchive(registry: string, content: string): string {
  const cache = join(folder, 'home', 'registry', 'cache', registry)
  mkdirSync(join(folder, 'tree', 'some-1.2.0+x'), { recursive: true })
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(folder, 'tree', 'some-1.2.0+x', 'a.h'), content)
  const archive = join(cache, 'some-1.2.0+x.crate')
  execFileSync('tar', ['-czf', archive, '-C', join(folder, 'tree'), 'some-1.2.0+x'])
  return archive
}

const unpack = (sha256: string): Promise<string> =>
  unpackCrate({ crate: 'some', version: '1.2.0+x', sha256 }, join(folder, 'into'))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-trt-crate-'))
  putCargo('1.82.0')
  vi.stubEnv('CARGO_HOME', join(folder, 'home'))
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('a crate', () => {
  it('is taken from the registry whose archive has the pinned hash', async () => {
    putArchive('a-mirror', 'not the same')
    const archive = putArchive('the-registry', 'as published')
    const unpacked = await unpack(await sha256OfFile(archive))
    expect(readFileSync(join(unpacked, 'a.h'), 'utf8')).toBe('as published')
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('info --quiet some@1.2.0+x\n')
  })

  it('of another hash is refused, and not unpacked', async () => {
    const hash = await sha256OfFile(putArchive('the-registry', 'somebody else’s'))
    await expect(unpack('0'.repeat(64))).rejects.toThrow(`SHA-256 ${hash}, pinned is 000`)
    expect(existsSync(join(folder, 'into', 'some-1.2.0+x'))).toBe(false)
  })

  it('that cargo keeps no archive of is an error that says so', async () => {
    await expect(unpack('0'.repeat(64))).rejects.toThrow('left no archive')
  })
})

describe('cargo', () => {
  it.each(['1.82.0', '1.100.3', '2.0.0'])('%s is new enough', async (version) => {
    putCargo(version)
    await requireTools(['cargo'])
  })

  it.each(['1.81.9', '0.66.0'])('%s is not, and the message says what to install', async (version) => {
    putCargo(version)
    await expect(requireTools(['cargo'])).rejects.toThrow(/cargo 1\.82.*rustup.*apt-get install -y cargo/s)
  })
})

describe("TensorRT's headers", () => {
  it.each(readPins().tensorrt.headers)('of major version $major are $folder', ({ major, folder: name }) => {
    const text = readFileSync(join(tensorrtHeadersDirectory, major, 'NvInferVersion.h'), 'utf8')
    const number = (part: string): string | undefined =>
      new RegExp(`define TRT_${part}_ENTERPRISE (\\d+)`).exec(text)?.[1]
    expect(number('MAJOR')).toBe(major)
    expect(name).toBe(`TRT-Enterprise-${major}.${number('MINOR')}`)
  })
})
