import { byteSize, type Palette, printable } from '@edge/bench/text'
import { engineVersion, identifyModel, MODEL_HEADER_BYTES, openFile } from '@edge/model'

/** What can be told of an engine without TensorRT. */
export interface EngineFileFacts {
  readonly format: 'engine'
  readonly bytes: number
  /** TensorRT's version, which made it; null where its first bytes do not tell. */
  readonly version: string | null
}

/**
 * Looks at a file's first bytes.
 *
 * @returns undefined for a file that is no engine.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function examineEngine(path: string): Promise<EngineFileFacts | undefined> {
  const { handle, bytes } = await openFile(path, 'model')
  try {
    const header = new Uint8Array(MODEL_HEADER_BYTES)
    const { bytesRead } = await handle.read(header, 0, header.length, 0)
    const first = header.subarray(0, bytesRead)
    if (identifyModel(first) !== 'engine') return undefined
    return { format: 'engine', bytes, version: engineVersion(first) ?? null }
  } finally {
    await handle.close()
  }
}

/** The same for eyes. */
export function renderEngine(path: string, { bytes, version }: EngineFileFacts, { bold }: Palette): string {
  return [
    bold(printable(path)),
    `  format  engine of TensorRT ${version ?? 'of an unknown version'}`,
    `  file    ${byteSize(bytes)}`,
    '',
    'Whether it is whole, and what is in it, only TensorRT tells, of that version and on the kind of GPU that it was built for: edge-trt doctor says what is here.',
    'Inspect the .onnx model that it was built from.',
    '',
  ].join('\n')
}
