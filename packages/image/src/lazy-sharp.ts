import { createRequire } from 'node:module'
import { EdgeError } from '@edge/errors'

/** What sharp's module is: a function that begins a pipeline. */
export type SharpModule = typeof import('sharp').default

/** Versions of what decodes pictures. */
export interface ImageLibraries {
  /** sharp's version. */
  readonly sharp: string
  /** libvips' version. */
  readonly libvips: string
}

const require = createRequire(import.meta.url)
let loading: Promise<SharpModule> | undefined

/**
 * Loads sharp at the first picture: that takes some 40 milliseconds, and not every program decodes one.
 *
 * @throws EdgeError `LIBRARY_NOT_FOUND` where sharp's own binary for this platform is missing.
 */
export function loadSharp(): Promise<SharpModule> {
  loading ??= importSharp()
  return loading
}

/**
 * Says which versions of sharp and libvips decode pictures here.
 *
 * @throws EdgeError `LIBRARY_NOT_FOUND` where they cannot be loaded.
 */
export async function describeImageLibraries(): Promise<ImageLibraries> {
  const { versions } = await loadSharp()
  return { sharp: versions.sharp ?? 'unknown', libvips: versions.vips }
}

async function importSharp(): Promise<SharpModule> {
  try {
    if (isImported()) return (await import('sharp')).default
    // Not by import(), with which Node.js parses each CommonJS file that sharp loads for what it exports: that takes three times as long,
    // and 10 MB more.
    const sharp: SharpModule = require('sharp')
    return sharp
  } catch (cause) {
    throw new EdgeError('LIBRARY_NOT_FOUND', {
      summary: `sharp, which decodes pictures, cannot be loaded on ${process.platform} ${process.arch}`,
      found: cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause),
      remedy: 'Install it with its optional dependencies: npm install --include=optional sharp.',
      cause,
    })
  }
}

/** Whether the application imported it: another copy would set libvips anew, which they share, and undo a `sharp.concurrency()` of its own. */
function isImported(): boolean {
  const loaded = Object.keys(require.cache)
  return (
    loaded.some((file) => /[\\/]sharp-[^\\/]*\.node$/.test(file)) &&
    !loaded.includes(require.resolve('sharp'))
  )
}
