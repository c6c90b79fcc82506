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

// The argument was written by isolate.ts of the same version.
const task: TrialTask = JSON.parse(process.argv[2] ?? '{}')
tryModel(task).catch((error: unknown) => {
  process.stdout.write(JSON.stringify(describe(error)))
  process.exitCode = 1
})
