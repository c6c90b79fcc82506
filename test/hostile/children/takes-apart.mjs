// Takes each model apart that it is sent, and answers what came of it. JavaScript, so that nobody's loader is in the process.
import { EdgeError } from '@edge/errors'
import { inspectTflite, readTflite, validateTflite } from '@edge/model/tflite'

const steps = {
  validate: validateTflite,
  read: readTflite,
  inspect: (bytes) => inspectTflite(readTflite(bytes, { unknownFields: 'ignore' })),
}

/** `passed`, the error's code, or why neither. */
function outcome(take, bytes) {
  try {
    take(bytes)
    return { code: 'passed' }
  } catch (error) {
    if (error instanceof EdgeError && error.code !== 'INTERNAL') return { code: error.code }
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.on('message', ({ bytes }) => {
  const answer = {}
  for (const [name, take] of Object.entries(steps)) {
    process.send({ phase: name })
    const { code, bug } = outcome(take, bytes)
    if (bug !== undefined) answer.bug = `${name}: ${bug}`
    answer[name] = code ?? 'bug'
  }
  // The largest it ever was: the parent sees which model made it pass its limit.
  process.send({ answer: { ...answer, peakKilobytes: process.resourceUsage().maxRSS } })
})
