// Opens and runs each model that it is sent, through the public API, and answers what came of it. JavaScript, so that nobody's loader is
// in the process.
import { EdgeError } from '@edge/errors'
import { Session } from '@edge/runtime'

/** Values that lead somewhere: some of each sign, and indices that there are. */
function fill(tensor) {
  const { data, dtype } = tensor
  for (let at = 0; at < data.length; at += 1) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[at] = BigInt(at % 3)
    else if (dtype.startsWith('float'))
      data[at] = dtype === 'float16' ? 0x3800 + at : ((at * 37) % 19) / 8 - 1
    else data[at] = dtype.includes('8') ? (at * 37) % 127 : at % 3
  }
}

async function runOnce(session, signature) {
  const request = session.createRequest(signature === undefined ? {} : { signature })
  for (const tensor of request.inputs) fill(tensor)
  await request.run()
  // Reads what the outputs hold: memory that is not there is found here.
  let sum = 0
  for (const { data } of request.outputs) for (let at = 0; at < data.length; at += 16) sum += Number(data[at])
  await request.dispose()
  return sum
}

async function attempt(bytes, options, tell) {
  tell('open')
  const session = await Session.open(bytes, { backend: 'tflite', threads: 1, ...options })
  try {
    tell('run')
    await runOnce(session)
    for (const { key } of session.signatures.slice(0, 2)) await runOnce(session, key)
    return { code: 'ran' }
  } finally {
    tell('dispose')
    await session.dispose()
  }
}

process.on('message', async ({ bytes, variants, options }) => {
  const answer = {}
  for (const xnnpack of variants) {
    const name = xnnpack ? 'XNNPACK' : 'kernels'
    const { code, bug } = await attempt(bytes, { ...options, xnnpack }, (step) =>
      process.send({ phase: `${step} by ${name}` }),
    ).catch((error) =>
      error instanceof EdgeError && error.code !== 'INTERNAL'
        ? { code: error.code }
        : { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    )
    answer[name] = code ?? 'bug'
    if (bug !== undefined) answer.bug = `${name}: ${bug}`
  }
  process.send({ answer })
})
