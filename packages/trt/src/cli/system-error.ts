import { EdgeError } from '@edge/errors'

/**
 * What the system said about a file or a directory, as an error of this project.
 *
 * @param what - what was looked for: "list", "directory".
 */
export function systemError(what: string, path: string, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no ${what} at ${path}`,
      remedy: 'Check the path.',
      cause,
    })
  }
  return new EdgeError('FILE_UNREADABLE', {
    summary: `the ${what} ${path} cannot be read`,
    found: cause instanceof Error ? cause.message : String(cause),
    cause,
  })
}
