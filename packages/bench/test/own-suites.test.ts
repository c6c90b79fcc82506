import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { findSuite, listedSuites, namedSuite, suiteNames } from '../../../benchmarks/find-suite.js'
import { checkBackends } from '../../../benchmarks/known-backends.js'
import { prepareReports, reportPlaces, resultsDirectory } from '../../../benchmarks/report-places.js'
import { startDirectory } from '../../../benchmarks/start-directory.js'
import { readResults } from '../src/result/file.js'
import { casesOf } from '../src/suite/cases.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'edge-suites-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A suite of somebody's own, with the name of one of ours. */
function written(file: string, more: object = {}): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  const model = { id: 'scalars', file: join(root, '.cache', 'models', 'tiny', 'scalars.tflite') }
  writeFileSync(path, JSON.stringify({ name: 'variants', title: 'My own', models: [model], ...more }))
  return path
}

describe('a suite of a command line', () => {
  it('is a file where it is a path, and never the one of that name that comes with the repository', async () => {
    const path = written('mine/variants.yaml')
    for (const [text, from] of [
      [path, '/'],
      ['variants.yaml', dirname(path)],
      ['./mine/variants.yaml', folder],
      ['../mine/variants.yaml', dirname(path)],
    ] as const) {
      expect((await findSuite(text, from)).path).toBe(path)
    }
    await expect(findSuite('./variants.yaml', folder)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(findSuite('mine', folder)).rejects.toThrow(suiteNames().join(', '))
    expect(await findSuite('variants', dirname(path))).toEqual(await namedSuite('variants'))
  })

  it('is looked for where pnpm was called, which runs it elsewhere', () => {
    expect(startDirectory({ INIT_CWD: '/home', npm_lifecycle_event: 'bench' })).toBe('/home')
    expect(startDirectory({ INIT_CWD: '/home', npm_lifecycle_event: 'test' })).toBe(process.cwd())
    expect(startDirectory({})).toBe(process.cwd())
  })

  it('runs, and its reports are called as its file is', async () => {
    written('other/copied.yaml')
    const few = ['--rounds', '1', '--runs', '1', '--seconds', '0.01', '--out', 'reports']
    const { stderr, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(root, 'benchmarks', 'bench.ts'), 'other/copied.yaml', ...few],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, INIT_CWD: folder, npm_lifecycle_event: 'bench' },
      },
    )
    expect(stderr).toBe('')
    const reports = readdirSync(join(folder, 'reports')).map((name) => join(folder, 'reports', name))
    expect(reports).toHaveLength(5)
    for (const path of reports) expect(stdout).toContain(path)
    expect((await readResults(join(folder, 'reports', 'copied.json'))).models[0]?.model).toBe('scalars')
  })
})

describe('reports', () => {
  it('go where git does not look, unless they are to be kept', async () => {
    const suite = await namedSuite('overhead')
    const latest = join(root, '.cache', 'benchmarks', 'results')
    expect(Object.values(reportPlaces(suite, {}, '/')).sort()).toEqual(
      ['csv', 'html', 'json', 'junit.xml', 'md'].map((ending) => join(latest, `overhead.${ending}`)),
    )
    const kept = reportPlaces(suite, { keep: true }, '/')
    // No page: it carries the library that draws.
    expect(Object.values(kept).sort()).toEqual(
      ['csv', 'json', 'md'].map((ending) => join(root, 'benchmarks', 'results', `overhead.${ending}`)),
    )
    // Of programs that are no suites, such as bench:resize.
    expect(resultsDirectory({})).toBe(latest)
    expect(resultsDirectory({ keep: true })).toBe(join(root, 'benchmarks', 'results'))
    expect(reportPlaces(suite, { out: 'here' }, '/there').json).toBe('/there/here/overhead.json')
    expect(() => reportPlaces(suite, { out: 'here', keep: true }, '/')).toThrow('two places')
  })

  it('of a suite of somebody’s own are not those of one of ours, and not kept', async () => {
    const suite = await findSuite(written('variants.yaml'), folder)
    const ours = await namedSuite('variants')
    expect(reportPlaces(suite, {}, '/').json).not.toBe(reportPlaces(ours, {}, '/').json)
    expect(() => reportPlaces(suite, { keep: true }, '/')).toThrow('suites that come with the repository')
  })

  it('are known to have a place before anything is measured', async () => {
    const fine = join(folder, 'made', 'further', 'a.json')
    await prepareReports({ json: fine })
    expect(readdirSync(dirname(fine))).toEqual([])
    writeFileSync(fine, '')
    await prepareReports({ json: fine })
    for (const [path, summary] of [
      [join(fine, 'b.json'), `no files can be made in ${fine}`],
      // Where none can ever be made, Node.js itself goes on trying.
      ['/proc/none/c.json', 'no files can be made in /proc/none'],
      // Root may write there, says the system.
      ['/proc/c.json', 'no files can be made in /proc'],
      [dirname(fine), `the report ${dirname(fine)} cannot be written`],
    ] as const) {
      await expect(prepareReports({ csv: path })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', summary })
    }
  })
})

it('a picture of a page is known to have a place before it is made', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'benchmarks', 'screenshot.ts'), 'a.json', '--out', '/proc/none/a.png'],
    { cwd: root, encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining('no files can be made in /proc/none'),
  })
})

describe('backends', () => {
  it('that there are not stop a suite before it measures anything', () => {
    expect(() =>
      checkBackends([{ backend: 'tflite' }, { backend: 'tflit' }, { backend: 'trtexek' }]),
    ).toThrow(
      expect.objectContaining({
        code: 'BACKEND_UNKNOWN',
        message: expect.stringMatching(/tflite, .*trtexec.*, found tflit, trtexek$/),
      }),
    )
  })

  it.each(suiteNames())('of %s are there', async (name) => {
    const { suite } = await namedSuite(name)
    expect(() => checkBackends(casesOf(suite))).not.toThrow()
  })

  it('are looked at by the program', () => {
    const path = written('misspelt.json', { backends: ['tflit'] })
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(root, 'benchmarks', 'bench.ts'), path, '--out', join(folder, 'none')],
      { cwd: root, encoding: 'utf8' },
    )
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('found tflit') })
    expect(readdirSync(folder)).not.toContain('none')
  })
})

it('a suite that is broken is listed as such, and so are the others', async () => {
  written('listed/a.yaml', { models: 3 })
  written('listed/b.yaml')
  expect(await listedSuites(join(folder, 'listed'))).toEqual([
    { name: 'a', error: expect.objectContaining({ code: 'SUITE_INVALID' }) },
    { name: 'b', title: 'My own' },
  ])
})
