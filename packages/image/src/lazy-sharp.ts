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

let loading: Promise<SharpModule> | undefined

/**
 * Loads sharp at the first picture: its import takes a good tenth of a second, and not every program decodes one.
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
    return (await import('sharp')).default
  } catch (cause) {
    throw new EdgeError('LIBRARY_NOT_FOUND', {
      summary: `sharp, which decodes pictures, cannot be loaded on ${process.platform} ${process.arch}`,
      found: cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause),
      remedy: 'Install it with its optional dependencies: npm install --include=optional sharp.',
      cause,
    })
  }
}
