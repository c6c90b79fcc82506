import { EdgeError, isErrorCode } from '@edge/errors'

/**
 * Turns what the addon threw, or rejected with, into an {@link EdgeError}.
 *
 * It is called where the failure is caught, in an `async` function for rejections: the engine then gives the new error the
 * stack of the caller that awaits, which native code cannot know.
 *
 * @returns an EdgeError for an error of the addon's own, anything else as it is.
 */
export function fromAddon(error: unknown): unknown {
  if (
    !(error instanceof Error) ||
    error instanceof EdgeError ||
    !('code' in error) ||
    !isErrorCode(error.code)
  ) {
    return error
  }
  const expected = text(error, 'expected')
  const found = text(error, 'found')
  const remedy = text(error, 'remedy')
  return new EdgeError(error.code, {
    summary: error.message,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(remedy !== undefined && { remedy }),
  })
}

function text(error: Error, key: 'expected' | 'found' | 'remedy'): string | undefined {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}
