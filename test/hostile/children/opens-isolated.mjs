// Opens each model that it is sent with `isolate`, and answers what came of it. JavaScript, so that nobody's loader is in the process.
import { EdgeError } from '@edge/errors'
import { Session } from '@edge/runtime'

process.on('message', async ({ bytes, options }) => {
  try {
    const session = await Session.open(bytes, { backend: 'tflite', threads: 1, ...options })
    await session.dispose()
    process.send({ answer: { code: 'opened' } })
  } catch (error) {
    const { code, found = '' } = error instanceof EdgeError ? error : { code: 'bug', found: String(error) }
    process.send({ answer: { code, found } })
  }
})
