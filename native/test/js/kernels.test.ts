import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadAddon } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { kernelsFile } from '../../../scripts/setup/paths.js'
import { findPtxas } from '../../../scripts/setup/ptxas.js'

const run = promisify(execFile)
const ptx = await readFile(kernelsFile, 'utf8').catch(() => '')
const ptxas = await findPtxas()

// Where set-up was not run there is no file, and where it has no compiler of kernels an empty one; the addon carries none then.
describe.skipIf(ptx === '')('the kernels (skipped where set-up could not compile them)', () => {
  it('are in the addon', () => {
    expect(loadAddon().gpuPreprocessing).toBe(true)
  })

  it('are what the driver of CUDA 12.2 takes, and the oldest GPU that TensorRT 10.3 runs on', () => {
    expect(/^\.version (.*)$/m.exec(ptx)?.[1]).toBe('8.2')
    expect(/^\.target (.*)$/m.exec(ptx)?.[1]).toBe('sm_70')
  })

  it('are the three that are launched, and call nothing', () => {
    const names = [...ptx.matchAll(/^\.visible \.entry (\w+)\(/gm)].map((match) => match[1])
    expect(names).toEqual(['edge_convert_nv12', 'edge_pass_columns', 'edge_pass_rows'])
    expect(ptx).not.toMatch(/\.extern|\bcall\b/)
  })
})

describe.skipIf(ptx === '' || ptxas === undefined)(
  "NVIDIA's assembler (skipped before `pnpm run setup --only ptxas`)",
  () => {
    it.each(['sm_70', 'sm_75', 'sm_87', 'sm_90'])(
      'takes them for %s, and spills no registers',
      async (gpu) => {
        const folder = await mkdtemp(join(tmpdir(), 'edge-trt-ptxas-'))
        try {
          const output = join(folder, 'kernels.cubin')
          const options = [`--gpu-name=${gpu}`, '--verbose', '--warning-as-error', '--output-file', output]
          const { stderr } = await run(ptxas ?? '', [...options, kernelsFile])
          expect(stderr.match(/Used \d+ registers/g)).toHaveLength(3)
          expect(stderr.match(/ 0 bytes spill stores, 0 bytes spill loads/g)).toHaveLength(3)
          expect((await readFile(output)).subarray(1, 4).toString()).toBe('ELF')
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      },
    )
  },
)
