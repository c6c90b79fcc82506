import { EdgeError } from '@edge/errors'
import { type ModelLike, Session, type SessionOptions } from '../src/index.js'

const sessions: Session[] = []

/** Opens a session that {@link closeSessions} disposes, on one thread. */
export async function open(source: ModelLike, options: SessionOptions = {}): Promise<Session> {
  const session = await Session.open(source, { threads: 1, ...options })
  sessions.push(session)
  return session
}

export async function closeSessions(): Promise<void> {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<EdgeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof EdgeError) return error
  throw new Error(`expected an EdgeError, found ${String(error)}`)
}
