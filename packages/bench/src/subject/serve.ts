import { createInterface } from 'node:readline'
import { EdgeError } from '@edge/errors'
import { PictureFailure } from './picture-failure.js'
import { requestSchema, type SubjectAnswer, type SubjectRequest } from './protocol.js'

/**
 * The main loop of a subject in JavaScript: answers the runner's requests, one line each, until stdin ends.
 *
 * Whatever `answer` throws becomes the answer that it failed; a {@link PictureFailure} one about its picture. What libraries print to stdout goes to stderr, so that the answers are all
 * there is on stdout.
 *
 * @example
 * ```ts
 * await serveSubject((request) => peer.answer(request))
 * ```
 */
export async function serveSubject(
  answer: (request: SubjectRequest) => Promise<SubjectAnswer>,
): Promise<void> {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  for await (const line of createInterface({ input: process.stdin })) {
    write(`${JSON.stringify(await answerOrFailure(line, answer))}\n`)
  }
}

async function answerOrFailure(
  line: string,
  answer: (request: SubjectRequest) => Promise<SubjectAnswer>,
): Promise<SubjectAnswer> {
  try {
    return await answer(requestSchema.parse(JSON.parse(line)))
  } catch (error) {
    if (error instanceof PictureFailure) {
      return { answer: 'failed', code: error.code, message: error.message, image: error.image }
    }
    const code = error instanceof EdgeError ? error.code : error instanceof Error ? error.name : 'unknown'
    return { answer: 'failed', code, message: error instanceof Error ? error.message : String(error) }
  }
}
