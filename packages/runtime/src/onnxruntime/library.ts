import { createRequire } from 'node:module'
import { EdgeError } from '@edge/errors'
import type * as Onnxruntime from 'onnxruntime-node'
import type { OnnxruntimePackage } from './package.js'

/** What this product uses of onnxruntime-node. */
export type OnnxruntimeLibrary = Pick<typeof Onnxruntime, 'InferenceSession' | 'Tensor' | 'env'>

const require = createRequire(import.meta.url)

/**
 * Loads the package and the native library in it.
 *
 * @throws EdgeError `LIBRARY_NOT_FOUND` where the dynamic loader refuses it, `LIBRARY_INCOMPATIBLE` where it lacks a function.
 */
export function loadOnnxruntime({
  main,
  version,
}: Pick<OnnxruntimePackage, 'main' | 'version'>): OnnxruntimeLibrary {
  let loaded: unknown
  try {
    loaded = require(main)
  } catch (cause) {
    throw new EdgeError('LIBRARY_NOT_FOUND', {
      summary: `onnxruntime-node ${version} cannot be loaded`,
      expected: `a library for ${process.platform} on ${process.arch}`,
      found: `${main}: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Install the package on this machine, not on another one: npm install onnxruntime-node',
      cause,
    })
  }
  if (isOnnxruntime(loaded)) return loaded
  throw new EdgeError('LIBRARY_INCOMPATIBLE', {
    summary: `onnxruntime-node ${version} lacks a function`,
    expected: 'InferenceSession.create, Tensor and env',
    found: main,
    remedy: 'Install a version that @edge/runtime names among its peer dependencies.',
  })
}

function isOnnxruntime(value: unknown): value is OnnxruntimeLibrary {
  const { InferenceSession, Tensor, env }: Partial<Record<string, unknown>> = Object(value)
  return (
    typeof InferenceSession === 'function' &&
    'create' in InferenceSession &&
    typeof Tensor === 'function' &&
    typeof env === 'object'
  )
}
