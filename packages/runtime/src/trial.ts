/** The program of `isolate.ts`: opens a model and runs it once on zeros. Exit code 1, and why as JSON, if it could not. */
import { buffer } from 'node:stream/consumers'
import { EdgeError } from '@edge/errors'
import { Session } from './index.js'
import type { TrialFailure, TrialTask } from './isolate.js'

async function tryModel(task: TrialTask): Promise<void> {
  const session = await Session.open(task.path ?? (await buffer(process.stdin)), task.options)
  try {
    await session.run()
  } finally {
    await session.dispose()
  }
}

function describe(error: unknown): TrialFailure {
  if (!(error instanceof EdgeError)) return { code: 'INTERNAL', summary: String(error) }
  const { code, summary, expected, found, remedy } = error
  return {
    code,
    summary,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(remedy !== undefined && { remedy }),
  }
}

/**
 * Ends this process with the one that started it. The model is opened and run on another thread, so that a library that hangs does not
 * hold this up; it would hold up an orderly exit, which waits for that thread.
 */
function endWithParent(): void {
  const end = (): void => {
    process.kill(process.pid, 'SIGKILL')
  }
  process.on('disconnect', end)
  // It may have gone while modules were loaded.
  if (process.connected === false) end()
  // Listening alone must not keep a process alive that has answered.
  process.channel?.unref()
}

endWithParent()
// The argument was written by isolate.ts of the same version.
const task: TrialTask = JSON.parse(process.argv[2] ?? '{}')
tryModel(task).catch((error: unknown) => {
  process.stdout.write(JSON.stringify(describe(error)))
  process.exitCode = 1
})
