/** Models that TFLite cannot run, or JavaScript cannot hold the tensors of. */
import { readFileSync } from 'node:fs'
import { EdgeError } from '@edge/errors'
import { loadAddon } from '@edge/native'
import { Session } from '@edge/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { goldenRefusals } from './golden.js'

async function refusal(model: string | Uint8Array, xnnpack: boolean): Promise<EdgeError> {
  const opened = await Session.open(model, { backend: 'tflite', xnnpack }).catch((error: unknown) => error)
  if (opened instanceof EdgeError) return opened
  if (opened instanceof Session) await opened.dispose()
  throw new Error(`expected an EdgeError, found ${String(opened)}`)
}

afterEach(() => {
  expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

describe('a model that cannot be run', () => {
  for (const { model, path, code, says } of goldenRefusals()) {
    it(`${model} is refused, and told why: ${says}`, async () => {
      for (const xnnpack of [true, false]) {
        for (const content of [path, readFileSync(path)]) {
          const error = await refusal(content, xnnpack)
          expect(error.message).toContain(says)
          expect(error.code).toBe(code)
        }
      }
    })
  }
})
