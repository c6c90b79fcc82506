import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { EdgeError } from '@edge/errors'

/** The installed package, as {@link findOnnxruntime} found it. */
export interface OnnxruntimePackage {
  /** The file to `require`. */
  readonly main: string
  /** The package's directory. */
  readonly directory: string
  readonly version: string
  /** Who says that it is there, for messages. */
  readonly origin: string
}

const NAME = 'onnxruntime-node'
// Its install script fetches CUDA's libraries on Linux x64, which the CPU does without, and fails where it cannot.
const INSTALL = `Install it, without the CUDA libraries that it downloads otherwise: ONNXRUNTIME_NODE_INSTALL=skip npm install ${NAME}`

/**
 * Finds onnxruntime-node, without loading it: where `libraryPath` or `EDGE_ONNXRUNTIME` say, which are directories of the
 * package; else as a dependency of this package or of the application's main script. The working directory is never asked: what is
 * there is not the application's code.
 *
 * @throws EdgeError `BACKEND_UNAVAILABLE` where it is not installed; `LIBRARY_NOT_FOUND` where it is not at the place that was given.
 */
export function findOnnxruntime(libraryPath: string | undefined): OnnxruntimePackage {
  const environment = process.env.EDGE_ONNXRUNTIME
  if (libraryPath !== undefined) return givenPackage(libraryPath, 'the libraryPath option')
  if (environment !== undefined && environment !== '') return givenPackage(environment, 'EDGE_ONNXRUNTIME')
  const places: { readonly from: string; readonly origin: string }[] = [
    { from: import.meta.url, origin: '@edge/runtime' },
  ]
  const script = process.argv[1]
  if (script !== undefined) places.push({ from: resolve(script), origin: 'the application' })
  const failures: string[] = []
  for (const { from, origin } of places) {
    try {
      return readPackage(createRequire(from).resolve(`${NAME}/package.json`), origin)
    } catch (error) {
      failures.push(`not from ${origin} (${firstLine(error)})`)
    }
  }
  throw new EdgeError('BACKEND_UNAVAILABLE', {
    summary: `the package ${NAME}, which runs .onnx models, is not installed`,
    expected: `${NAME} among the application's dependencies`,
    found: failures.join('; '),
    remedy: INSTALL,
  })
}

function givenPackage(directory: string, origin: string): OnnxruntimePackage {
  try {
    return readPackage(join(resolve(directory), 'package.json'), origin)
  } catch (cause) {
    throw new EdgeError('LIBRARY_NOT_FOUND', {
      summary: `there is no ${NAME} where ${origin} says`,
      expected: `the directory of the package ${NAME}`,
      found: `${directory}: ${firstLine(cause)}`,
      remedy: `Correct ${origin}, or leave it out and install the package: npm install ${NAME}`,
      cause,
    })
  }
}

function readPackage(manifest: string, origin: string): OnnxruntimePackage {
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
  const directory = dirname(manifest)
  const { name, version }: { name?: unknown; version?: unknown } = Object(content)
  if (name !== NAME || typeof version !== 'string') throw new Error(`${manifest} is of another package`)
  return { main: createRequire(manifest).resolve(directory), directory, version, origin }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}
