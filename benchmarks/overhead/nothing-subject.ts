/** A subject whose inference does nothing. */
import { drive, serveSubject } from '@edge/bench'

await serveSubject(async (request) => {
  if (request.ask === 'run') {
    return await drive(request, { prepare: () => {}, run: async () => {}, runSync: () => {} })
  }
  return request.ask === 'end'
    ? { answer: 'ended' }
    : { answer: 'failed', code: 'Error', message: 'it only runs' }
})
