// @ts-check
/**
 * Classifies pictures over HTTP.
 *
 *   node http-endpoint.mjs
 *   curl --data-binary @cat.jpg 'http://localhost:8080/classify?top=3'
 *
 * The environment's PORT (8080), HOST (127.0.0.1), MODEL, MAX_BYTES (of one picture, 10 MiB), MAX_RECEIVING (bytes of pictures that have yet
 * to arrive whole, 256 MiB) and MAX_WAITING (32 pictures) say otherwise. SIGTERM and Ctrl-C let it answer what it has begun with. It is meant
 * to stand behind a proxy that knows who may ask.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Classifier, defaultModelPath, EdgeError } from '@edge/trt'

/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */

const { PORT = '8080', HOST = '127.0.0.1', MODEL = defaultModelPath() } = process.env
const maxBytes = limit('MAX_BYTES', 10 * 1024 * 1024)
const maxReceiving = limit('MAX_RECEIVING', 256 * 1024 * 1024)
const maxWaiting = limit('MAX_WAITING', 32)
const SHUTDOWN_MS = 10_000

/**
 * What an error is to who asked; any other is a fault of ours.
 *
 * @type {Readonly<Record<string, number>>}
 */
const STATUS = {
  INVALID_ARGUMENT: 400,
  IMAGE_INVALID: 400,
  IMAGE_UNSUPPORTED: 415,
  QUEUE_FULL: 503,
}

/**
 * @param {string} name
 * @param {number} otherwise
 */
function limit(name, otherwise) {
  const value = Number(process.env[name] ?? otherwise)
  // Nothing is more than NaN.
  if (Number.isSafeInteger(value) && value > 0) return value
  console.error(`${name} is a whole number above 0, not ${process.env[name]}`)
  process.exit(2)
}

class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message)
    this.status = status
    this.code = code
  }
}

// A picture of 24 megapixels takes up to 0.3 GB while it is decoded, some formats more: see the option's documentation.
const classifier = await Classifier.load(MODEL, { maxPixels: 24_000_000 })
/** Bytes of bodies that have yet to arrive whole. */
let receiving = 0
/** Pictures that are classified or wait for it. */
let waiting = 0

const tooMany = () =>
  new EdgeError('QUEUE_FULL', { summary: 'too many pictures wait', remedy: 'Try again later.' })

/**
 * Reads a request's body: all of it before it counts as one that waits, so that who sends slowly holds up nobody else. Of one that is too
 * large the rest is read and dropped, since most clients look for an answer once they have sent everything.
 *
 * @param {IncomingMessage} request
 * @returns {Promise<Buffer>}
 */
function readBody(request) {
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    let chunks = []
    let length = 0
    let isOver = false
    const end = () => {
      if (!isOver) receiving -= length
      isOver = true
      chunks = []
    }
    /** @param {unknown} reason */
    const refuse = (reason) => {
      end()
      reject(reason)
    }
    request.on('data', (chunk) => {
      if (isOver) return
      length += chunk.length
      receiving += chunk.length
      chunks.push(chunk)
      if (length > maxBytes) refuse(new HttpError(413, 'TOO_LARGE', `a picture may have ${maxBytes} bytes`))
      else if (receiving > maxReceiving) refuse(tooMany())
    })
    request.once('end', () => {
      resolve(Buffer.concat(chunks))
      end()
    })
    request.once('error', refuse)
  })
}

/**
 * @param {IncomingMessage} request
 * @param {string | undefined} query
 * @param {AbortSignal} signal
 */
async function classify(request, query, signal) {
  if (request.method !== 'POST') throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'POST a picture')
  const picture = await readBody(request)
  if (waiting >= maxWaiting) throw tooMany()
  waiting += 1
  try {
    const { classes, timing } = await classifier.classify(picture, {
      topK: Number(new URLSearchParams(query).get('top') ?? 5),
      signal,
    })
    return { classes, timing }
  } finally {
    waiting -= 1
  }
}

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {unknown} content
 */
function answer(response, status, content) {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(!server.listening && { connection: 'close' }),
    ...(status === 503 && { 'retry-after': '1' }),
  })
  response.end(JSON.stringify(content))
}

/**
 * @param {ServerResponse} response
 * @param {unknown} error
 */
function answerError(response, error) {
  const isKnown = error instanceof HttpError || error instanceof EdgeError
  const status = error instanceof HttpError ? error.status : isKnown ? STATUS[error.code] : undefined
  if (isKnown && status !== undefined)
    return answer(response, status, { error: { code: error.code, message: error.message } })
  // What happened inside is not for whoever asks.
  console.error(error)
  answer(response, 500, { error: { code: 'INTERNAL', message: 'the picture could not be classified' } })
}

const server = createServer(async (request, response) => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path === '/classify') answer(response, 200, await classify(request, query, gone.signal))
    else if (path === '/health') answer(response, 200, { backend: classifier.backend, receiving, waiting })
    else throw new HttpError(404, 'NOT_FOUND', 'there are /classify and /health')
  } catch (error) {
    if (!gone.signal.aborted) answerError(response, error)
  }
})
// Who begins a request and does not end it.
server.requestTimeout = 30_000

const signals = ['SIGTERM', 'SIGINT']

/** @param {string} reason */
async function shutDown(reason) {
  // The next one ends the process at once.
  for (const signal of signals) process.off(signal, shutDown)
  console.error(`${reason}: answering what was begun`)
  const closed = once(server, 'close')
  server.close()
  const late = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS)
  await closed
  clearTimeout(late)
  await classifier.dispose()
}
for (const signal of signals) process.once(signal, shutDown)

server.listen(Number(PORT), HOST)
await once(server, 'listening')
const { port } = /** @type {AddressInfo} */ (server.address())
console.error(`http://${HOST}:${port}/classify`)
