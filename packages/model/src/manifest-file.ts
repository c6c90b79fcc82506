import { basename, dirname, extname, join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded, toFilePath } from './file.js'
import { type Manifest, parseManifest } from './manifest.js'

/** A manifest and where it was read. */
export interface ManifestFile {
  readonly path: string
  readonly manifest: Manifest
}

const MAX_BYTES = 1024 * 1024

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
  const path = toFilePath(model, 'model')
  const directory = dirname(path)
  const own = join(directory, `${basename(path, extname(path))}.model.json`)
  const shared = join(directory, 'model.json')
  return (await readIfPresent(own)) ?? forModel(await readIfPresent(shared), basename(path))
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

function forModel(file: ManifestFile | undefined, name: string): ManifestFile | undefined {
  const files = file?.manifest.files
  return files === undefined || files.includes(name) ? file : undefined
}
