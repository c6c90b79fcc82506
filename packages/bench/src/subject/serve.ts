import { createInterface } from 'node:readline'
import { EdgeError } from '@edge/errors'
import { PictureFailure } from './picture-failure.js'
import { type Building, requestSchema, type SubjectAnswer, type SubjectRequest } from './protocol.js'

/** What a subject does with a request. */
type Answer = (request: SubjectRequest, tell: (building: Building) => void) => Promise<SubjectAnswer>

/**
 * The main loop of a subject in JavaScript: answers the runner's requests, one line each, until stdin ends.
 *
 * Whatever `answer` throws becomes the answer that it failed; a {@link PictureFailure} one about its picture. What libraries print to stdout
 * goes to stderr, so that the answers are all there is on stdout. Where the runner is gone, and work that hangs would keep this process, it
 * ends all the same.
 *
 * @param answer - what it gets besides the request tells the runner how far the building is of what it loads.
 * @example
 * ```ts
 * await serveSubject((request) => peer.answer(request))
 * ```
 */
export async function serveSubject(answer: Answer): Promise<void> {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  const lines = createInterface({ input: process.stdin })
  lines.once('close', endWithParent(process.ppid))
  const say = (words: SubjectAnswer): void => void write(`${JSON.stringify(words)}\n`)
  const tell = (building: Building): void => say({ answer: 'building', ...building })
  for await (const line of lines) say(await answerOrFailure(line, answer, tell))
}

const LOOK_MS = 500

/** Not at the end of stdin alone: what was piped into it by hand is answered. */
function endWithParent(parent: number): () => void {
  const look = () => {
    if (process.ppid !== parent) process.exit(1)
  }
  return () => void setInterval(look, LOOK_MS).unref()
}

async function answerOrFailure(
  line: string,
  answer: Answer,
  tell: (building: Building) => void,
): Promise<SubjectAnswer> {
  try {
    return await answer(requestSchema.parse(JSON.parse(line)), tell)
  } catch (error) {
    if (error instanceof PictureFailure) {
      return { answer: 'failed', code: error.code, message: error.message, image: error.image }
    }
    const code = error instanceof EdgeError ? error.code : error instanceof Error ? error.name : 'unknown'
    return { answer: 'failed', code, message: error instanceof Error ? error.message : String(error) }
  }
}
