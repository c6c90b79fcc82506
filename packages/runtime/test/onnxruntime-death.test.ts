import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { doubling } from './onnx-models.js'
import { closeSessions, open, rejection } from './onnxruntime-sessions.js'

afterEach(closeSessions)

/** Ends its thread when the input says so. */
const libraryPath = fileURLToPath(new URL('onnxruntime-double', import.meta.url))
const BY_ITSELF = 1
const BY_AN_ERROR = 2

async function openDouble() {
  return await open(doubling(), { libraryPath })
}

describe('an ONNX session whose thread ended', () => {
  it('does not let a synchronous run wait for ever', async () => {
    for (const way of [BY_ITSELF, BY_AN_ERROR]) {
      const session = await openDouble()
      session.runSync()
      session.input(0, 'float32').data[0] = way
      const ended = expect.objectContaining({
        code: 'INFERENCE_FAILED',
        summary: "the session's thread ended before its work was done",
      })
      expect(() => session.runSync()).toThrow(ended)
      // Nobody has told this thread yet.
      expect(() => session.runSync()).toThrow(ended)
    }
  })

  it('fails what is under way, and what comes later', async () => {
    for (const way of [BY_ITSELF, BY_AN_ERROR]) {
      const session = await openDouble()
      session.input(0, 'float32').data[0] = way
      const ended = { code: 'INFERENCE_FAILED', remedy: 'Open the model again.' }
      expect(await rejection(session.run())).toMatchObject(ended)
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await rejection(session.run())).toMatchObject(ended)
      expect(await rejection(session.resize({ data: [1, 2] }))).toMatchObject(ended)
      expect(() => session.runSync()).toThrow(expect.objectContaining(ended))
      await session.dispose()
    }
  })

  it('says so where it ran out of memory at opening', () => {
    const program = fileURLToPath(new URL('children/onnxruntime-end.mjs', import.meta.url))
    const { stdout } = spawnSync(process.execPath, ['--max-old-space-size=48', program, 'starved'], {
      input: doubling(),
      encoding: 'utf8',
      env: { ...process.env, EDGE_ONNXRUNTIME: libraryPath, EDGE_DOUBLE_FILLS: 'yes' },
    })
    expect(stdout.trim()).toBe("OUT_OF_MEMORY the session's thread ran out of memory")
  })
})
