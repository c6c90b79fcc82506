import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'

/** The page's program with the library that draws, and its style, as the build of this package left them. */
export interface PageAssets {
  readonly program: string
  readonly style: string
}

/**
 * Reads them from this package, wherever this code was bundled to.
 *
 * @throws EdgeError `FILE_UNREADABLE` where they are missing.
 */
export async function readPageAssets(): Promise<PageAssets> {
  const root = dirname(createRequire(import.meta.url).resolve('@edge/bench/package.json'))
  const read = (name: string) => readFile(join(root, 'dist', 'page', name), 'utf8')
  try {
    const [program, style] = await Promise.all([read('page.js'), read('page-style.css')])
    return { program, style }
  } catch (cause) {
    throw new EdgeError('FILE_UNREADABLE', {
      summary: 'a part of @edge/bench that its pages are made of cannot be read',
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Install @edge/bench again; in a checkout, build it.',
      cause,
    })
  }
}
