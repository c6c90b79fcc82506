import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inRepository } from './stamp.js'

/** The npm packages, installed for @edge/model's tests, that carry trained models. */
const packages = ['@mediapipe/face_detection', '@mediapipe/selfie_segmentation']

/** Paths of all .tflite files in them, in order. */
export function thirdPartyModels(): string[] {
  const { resolve } = createRequire(inRepository('packages', 'model', 'package.json'))
  return packages.flatMap((name) => {
    const directory = dirname(resolve(`${name}/package.json`))
    const files = readdirSync(directory).filter((file) => file.endsWith('.tflite'))
    return files.sort().map((file) => join(directory, file))
  })
}
