import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSharedObject, type SharedObject } from '../../scripts/prebuilds/elf.js'
import {
  prebuildPath,
  prebuildTargets,
  targetNamed,
  targetOfThisMachine,
} from '../../scripts/prebuilds/target.js'
import { faultsOf, verifyPrebuild } from '../../scripts/prebuilds/verify.js'

const target = targetNamed('linux-x64')
const good: SharedObject = {
  machine: 'Advanced Micro Devices X86-64',
  needed: ['libc.so.6', 'libm.so.6', 'libpthread.so.0', 'libdl.so.2', 'ld-linux-x86-64.so.2'],
  versions: ['GLIBC_2.2.5', 'GLIBC_2.17', 'GLIBC_2.28'],
  exported: ['node_api_module_get_api_version_v1', 'napi_register_module_v1'],
  sections: ['.dynsym', '.text'],
  flags: ['NOW', 'NODELETE'],
}

describe('what a prebuilt addon must be', () => {
  it('is nothing but that', () => {
    expect(faultsOf(good, target)).toEqual([])
  })

  it.each<[string, Partial<SharedObject>]>([
    ['needs glibc 2.34: at most 2.28', { versions: ['GLIBC_2.34'] }],
    ['needs glibc 3.0: at most 2.28', { versions: ['GLIBC_3.0'] }],
    ['needs GLIBCXX_3.4.26, which is no version of glibc', { versions: ['GLIBCXX_3.4.26'] }],
    ["needs libstdc++.so.6: only the C library's own may be needed", { needed: ['libstdc++.so.6'] }],
    ['exports nothing: expected exactly', { exported: [] }],
    ['exports _Znwm, napi_register_module_v1, node_api', { exported: [...good.exported, '_Znwm'] }],
    ['may be unloaded', { flags: ['NOW'] }],
    ['is not stripped: has .symtab', { sections: ['.symtab'] }],
    ['is not stripped: has .debug_info', { sections: ['.debug_info'] }],
    ['is for "AArch64"', { machine: 'AArch64' }],
  ])('told otherwise: %s', (fault, change) => {
    expect(faultsOf({ ...good, ...change }, target)).toEqual([expect.stringContaining(fault)])
  })

  it('refuses a program that was not made so', async () => {
    // Node.js exports thousands of symbols and needs a C++ library of some kind or an old enough glibc: it never passes.
    await expect(verifyPrebuild(process.execPath, targetOfThisMachine())).rejects.toThrow('exports')
    expect((await readSharedObject(process.execPath)).exported.length).toBeGreaterThan(1000)
  })

  it.each(prebuildTargets.filter((one) => existsSync(prebuildPath(one))))('is true of $name', async (one) => {
    expect(Number((await verifyPrebuild(prebuildPath(one), one)).slice(2))).toBeLessThanOrEqual(28)
  })
})
