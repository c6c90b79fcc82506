import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkReportPaths, writeReports } from '../../src/report/write-reports.js'
import { sampleResults } from './sample-results.js'

let directory: string
const at = (name: string) => join(directory, name)
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-reports-'))
  await writeFile(at('file'), 'as it was')
  await mkdir(at('folder'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('reports', () => {
  it.each([
    ['none/report.md', 'Make the directory first'],
    ['file/report.md', 'one of its directories is a file'],
    ['folder', 'Name a file inside it'],
  ])('are looked at before: %s', async (name, remedy) => {
    await expect(checkReportPaths({ markdown: at(name) })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining(remedy),
    })
  })

  it('that can be written are not touched by looking', async () => {
    await checkReportPaths({ json: at('new.json'), csv: at('file'), html: undefined, junit: '/dev/null' })
    expect((await readdir(directory)).sort()).toEqual(['file', 'folder'])
  })

  it('that cannot be written are all told, and the others are there', async () => {
    const failing = { html: at('none/a.html'), csv: at('file/a.csv') }
    const markdown = at('a.md')
    const result = sampleResults({ models: 1, rounds: 1, runsPerRound: 1 })
    for (const ended of [checkReportPaths(failing), writeReports({ result }, { ...failing, markdown })]) {
      const error: unknown = await ended.catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'FILE_UNWRITABLE' })
      for (const path of Object.values(failing)) expect(String(error)).toContain(`${path} cannot be written`)
    }
    expect(await readdir(directory)).toContain('a.md')
  })
})
