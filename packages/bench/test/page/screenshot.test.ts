import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writeResults } from '../../src/result/file.js'
import { sampleResults } from '../report/sample-results.js'
import { whyNoBrowser } from './browser.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'edge-screenshot-'))
afterAll(() => rmSync(out, { recursive: true }))

/** `pnpm bench:screenshot` */
function screenshot(...args: string[]) {
  const program = join(root, 'benchmarks', 'screenshot.ts')
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { code: status, stderr }
}

const whySkipped =
  whyNoBrowser ?? (process.env.EDGE_TEST_TIER === 'full' ? undefined : ' (skipped: in the full tier only)')

describe.skipIf(whySkipped !== undefined)(`a picture of a page${whySkipped ?? ''}`, () => {
  it('is as wide and as high as asked for, light or dark', async () => {
    const results = join(out, 'results.json')
    await writeResults(results, sampleResults({ models: 3 }))
    const pictures = [[], ['--dark']].map((dark) => {
      const picture = join(out, `picture${dark.join('')}.png`)
      const asked = ['--out', picture, '--width', '390', '--height', '700', ...dark]
      expect(screenshot(results, ...asked)).toEqual({ code: 0, stderr: '' })
      return readFileSync(picture)
    })
    for (const picture of pictures) {
      expect(picture.subarray(1, 4).toString()).toBe('PNG')
      // Of its header.
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([390, 700])
    }
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.of())).toBe(false)
  })

  it('is none of nothing', () => {
    expect(screenshot('--out', join(out, 'none.png'))).toEqual({
      code: 2,
      stderr: expect.stringContaining('a picture is of one file of results'),
    })
  })
})
