import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A trained model that a package carries, or that set-up made. */
export interface RealModel {
  readonly name: string
  readonly path: string
  readonly bytes: Uint8Array
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const require = createRequire(import.meta.url)

/** Trained models of two packages, the sparse one among them. */
export const mediapipe: readonly RealModel[] = [
  '@mediapipe/face_detection',
  '@mediapipe/selfie_segmentation',
].flatMap((name) => modelsIn(dirname(require.resolve(`${name}/package.json`))))

/** EfficientNet-Lite0 in all of its precisions; empty before `pnpm run setup`. */
export const lite0: readonly RealModel[] = modelsIn(join(ROOT, '.cache/models/efficientnet-lite0'))

/** The Python that has LiteRT, from set-up; undefined before. */
export const python: string | undefined = [join(ROOT, '.cache/python/models/bin/python')].find((path) =>
  existsSync(path),
)

/** A script beside the tests that asks independent software. */
export function reference(script: string): string {
  return fileURLToPath(new URL(`../reference/${script}`, import.meta.url))
}

function modelsIn(directory: string): readonly RealModel[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.tflite'))
    .map((name) => {
      const path = join(directory, name)
      return { name, path, bytes: new Uint8Array(readFileSync(path)) }
    })
}
