import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { CheckedOnnx } from '../checked-onnx.js'

/** SHA-256 of a model's bytes and of the files with its weights, in hexadecimal. */
export async function modelHash({ bytes, externalFiles }: CheckedOnnx): Promise<string> {
  const hash = createHash('sha256').update(bytes)
  for (const path of [...externalFiles].sort()) {
    hash.update(`\0${basename(path)}\0`)
    for await (const chunk of createReadStream(path)) hash.update(chunk)
  }
  return hash.digest('hex')
}
