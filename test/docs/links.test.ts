import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trackedFiles } from '../../scripts/linting/tracked-files.js'
import { root } from '../architecture/source-packages.js'
import { pages } from './pages.js'

const read = (page: string) => readFileSync(join(root, page), 'utf8')

/** The text without blocks of code, where brackets are something else. */
const prose = (page: string) => read(page).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')

/** What GitHub and npm call a heading in links. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Links to other places in the repository: where they lead, from the root, and to which heading. */
function linksOf(page: string): { readonly link: string; readonly path: string; readonly anchor: string }[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#')
      return { link, path: path === '' ? page : relative(root, join(root, dirname(page), path)), anchor }
    })
}

describe('the links in', async () => {
  it.each(await trackedFiles('*.md'))('%s lead somewhere', (page) => {
    const dead = linksOf(page).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true
      return anchor !== '' && !(path.endsWith('.md') && anchorsOf(path).includes(anchor))
    })
    expect(dead).toEqual([])
  })

  // node_modules/@edge/trt/guides/… has node_modules/@edge/runtime/README.md at the same distance.
  it.each(pages.filter((page) => page.startsWith('packages/')))('%s lead to what is installed', (page) => {
    for (const { path } of linksOf(page)) {
      const [, name = '', ...inside] = path.split('/')
      const manifest: unknown = JSON.parse(read(`packages/${name}/package.json`))
      const files: unknown =
        typeof manifest === 'object' && manifest !== null && Reflect.get(manifest, 'files')
      expect(['README.md', ...(Array.isArray(files) ? files : [])], path).toContain(inside[0])
    }
  })
})

describe('the guides', () => {
  const guides = pages.filter((page) => page.includes('/guides/'))

  it('are listed for whoever installs the package', () => {
    const listed = linksOf('packages/trt/README.md').map(({ path }) => path)
    expect(guides.length).toBeGreaterThan(5)
    expect(listed).toEqual(expect.arrayContaining(guides))
    for (const guide of guides) expect(statSync(join(root, guide)).size).toBeGreaterThan(500)
  })

  it('have every code of an error, once, and no other', () => {
    const codes: unknown = JSON.parse(read('packages/errors/codes.json'))
    const entries = [
      ...read('packages/trt/guides/troubleshooting.md').matchAll(/^- \*\*`([A-Z_]+)`\*\*: \S/gm),
    ]
    const explained = entries.map(([, code]) => code).filter((code) => code !== 'ERR_REQUIRE_ESM')
    expect(explained.toSorted()).toEqual(Object.keys(Object(codes)).toSorted())
  })
})
