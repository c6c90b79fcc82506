import { basename, dirname, extname, join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded, toFilePath } from './file.js'
import { type Manifest, parseManifest } from './manifest.js'

/** A manifest and where it was read. */
export interface ManifestFile {
  /** The file. */
  readonly path: string
  /** What it says. */
  readonly manifest: Manifest
}

const MAX_BYTES = 1024 * 1024

/** What lies beside a model. */
export interface ManifestSearch {
  /** The model's manifest. */
  readonly found?: ManifestFile
  /** Why a `model.json` there is not the model's: it lists others under `files`, as it does when the model was renamed. */
  readonly warning?: string
}

/**
 * Reads the manifest of a model: `<stem>.model.json` beside it, else `model.json` there if that names no `files` or names this one.
 *
 * @param model - path of the model.
 * @returns undefined where there is none.
 * @throws EdgeError `MANIFEST_INVALID`, `FILE_UNREADABLE`, `INVALID_ARGUMENT`.
 *
 * @example
 * ```ts
 * const found = await findManifest('models/mobilenet.tflite')
 * console.log(found?.manifest.name, found && labelFile(found))
 * ```
 */
export async function findManifest(model: string | URL): Promise<ManifestFile | undefined> {
  return (await searchManifest(model)).found
}

/**
 * Looks where {@link findManifest} does, and also tells of a manifest that was passed over.
 *
 * @throws EdgeError as {@link findManifest}.
 */
export async function searchManifest(model: string | URL): Promise<ManifestSearch> {
  const path = toFilePath(model, 'model')
  const directory = dirname(path)
  const own = join(directory, `${basename(path, extname(path))}.model.json`)
  const shared = join(directory, 'model.json')
  const found = await readIfPresent(own)
  if (found !== undefined) return { found }
  const file = await readIfPresent(shared)
  if (file === undefined) return {}
  const { files } = file.manifest
  const name = basename(path)
  if (files === undefined || files.includes(name)) return { found: file }
  const listed = files.map((one) => JSON.stringify(one)).join(', ')
  return {
    warning: `the manifest ${shared} is not used: its "files" list ${listed} and not ${JSON.stringify(name)}. If it is this model's, add the name there.`,
  }
}

/**
 * Reads one manifest, of at most 1 MiB.
 *
 * @throws EdgeError `MANIFEST_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INVALID_ARGUMENT`.
 */
export async function readManifest(manifest: string | URL): Promise<ManifestFile> {
  const path = toFilePath(manifest, 'manifest')
  const content = await readFileBounded(path, {
    what: 'manifest',
    maxBytes: MAX_BYTES,
    tooLarge: 'MANIFEST_INVALID',
  })
  return { path, manifest: parseManifest(content, path) }
}

/**
 * Where a manifest's label file is.
 *
 * @returns undefined where the manifest has no labels, or has them inline.
 */
export function labelFile({ path, manifest }: ManifestFile): string | undefined {
  return typeof manifest.labels === 'string' ? join(dirname(path), manifest.labels) : undefined
}

async function readIfPresent(path: string): Promise<ManifestFile | undefined> {
  try {
    return await readManifest(path)
  } catch (error) {
    if (error instanceof EdgeError && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}
