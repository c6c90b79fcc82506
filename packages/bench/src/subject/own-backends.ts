import { fileURLToPath } from 'node:url'
import type { SubjectProgram } from './subject-process.js'

/**
 * The program that measures one of this product's own backends, in a process of its own.
 *
 * @param backend - `tflite`, `onnxruntime`, or another that is registered.
 */
export function ownProgram(backend: string): SubjectProgram {
  return {
    name: backend,
    command: process.execPath,
    // Beside the bundle that this file becomes part of.
    args: [fileURLToPath(new URL('subject.js', import.meta.url)), backend],
  }
}
