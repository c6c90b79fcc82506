import { expect, it } from 'vitest'
import { throwIfAborted } from '../src/index.js'

it('stops at an aborted signal, and tells its reason', () => {
  const controller = new AbortController()
  expect(() => throwIfAborted(controller.signal, 'the run')).not.toThrow()
  expect(() => throwIfAborted(undefined, 'the run')).not.toThrow()
  controller.abort('enough')
  expect(() => throwIfAborted(controller.signal, 'the run')).toThrow(
    expect.objectContaining({
      name: 'AbortError',
      code: 'ABORTED',
      message: 'the run was aborted',
      cause: 'enough',
    }),
  )
})
