import { createInterface } from 'node:readline'
import { EdgeError } from '@edge/errors'
import { OwnSubject } from './own-subject.js'
import { requestSchema, type SubjectAnswer } from './protocol.js'

// The program of a subject that measures this product's own backends: one line in, one line out, until stdin ends.
const subject = new OwnSubject()
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await answerTo(line)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

async function answerTo(line: string): Promise<SubjectAnswer> {
  try {
    return await subject.answer(requestSchema.parse(JSON.parse(line)))
  } catch (error) {
    const code = error instanceof EdgeError ? error.code : error instanceof Error ? error.name : 'unknown'
    return { answer: 'failed', code, message: error instanceof Error ? error.message : String(error) }
  }
}
