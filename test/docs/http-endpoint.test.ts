import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'
import { ExampleProcess, endExamples } from './example-process.js'

const coffee = readFileSync(join(root, '.cache/photos/coffee.png'))
const MAX_BYTES = 2_000_000
const MAX_RECEIVING = 2_500_000

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

describe('the example http-endpoint.mjs', () => {
  let example: ExampleProcess
  let address: string

  async function ask(path: string, body?: RequestInit['body'], more: RequestInit = {}): Promise<Answer> {
    const posted = body === undefined ? {} : { method: 'POST', body }
    const response = await fetch(`${address}${path}`, { ...posted, ...more })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  const failure = (code: string) => ({ error: { code, message: expect.any(String) } })

  /** A request that stays unfinished: its head, and the first bytes of its body. */
  async function begin(bytes = 1) {
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`POST /classify HTTP/1.1\r\nhost: x\r\ncontent-length: ${coffee.length}\r\n\r\n`)
    socket.write(coffee.subarray(0, bytes))
    return socket
  }
  async function untilHealth(part: string): Promise<void> {
    for (;;) {
      const { body } = await ask('/health')
      if (JSON.stringify(body).includes(part)) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  beforeEach(async () => {
    example = new ExampleProcess('http-endpoint.mjs', [], {
      ...{
        PORT: '0',
        MAX_BYTES: String(MAX_BYTES),
        MAX_RECEIVING: String(MAX_RECEIVING),
        MAX_WAITING: '2',
      },
    })
    const listening = () => /http:\/\/\S+(?=\/classify)/.exec(example.stderr)?.[0]
    address = await example.until(listening, 'an address')
  })
  afterEach(endExamples)

  it('classifies a picture, and refuses what is none, too large, or asked for wrongly', async () => {
    const { status, body } = await ask('/classify?top=1', coffee)
    const classes = [{ index: 967, label: 'espresso', score: expect.closeTo(0.95, 1) }]
    expect({ status, body }).toEqual({ status: 200, body: { classes, timing: expect.anything() } })

    const truncated = coffee.subarray(0, coffee.length / 2)
    for (const [path, sent, code, message] of [
      ['/classify', 'no picture', 400, 'IMAGE_INVALID'],
      ['/classify', truncated, 400, 'IMAGE_INVALID'],
      ['/classify', '<svg xmlns="http://www.w3.org/2000/svg"/>', 415, 'IMAGE_UNSUPPORTED'],
      ['/classify?top=many', coffee, 400, 'INVALID_ARGUMENT'],
      ['/classify', Buffer.alloc(4 * MAX_BYTES), 413, 'TOO_LARGE'],
      ['/classify', undefined, 405, 'METHOD_NOT_ALLOWED'],
      ['/', coffee, 404, 'NOT_FOUND'],
    ] as const) {
      expect(await ask(path, sent)).toMatchObject({ status: code, body: failure(message) })
    }
    // In chunks, whose sum nobody announces.
    const stream = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 40; chunk += 1) controller.enqueue(new Uint8Array(100_000))
        controller.close()
      },
    })
    const endless = await ask('/classify', stream, { duplex: 'half' })
    expect(endless).toMatchObject({ status: 413, body: failure('TOO_LARGE') })
    expect(await example.end('SIGTERM')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^http.*\nSIGTERM.*\n$/),
    })
  })

  it('refuses more than may wait, and none for those who send slowly', async () => {
    const slow = await Promise.all([begin(), begin(), begin(), begin()])
    await untilHealth('"receiving":4,')
    expect(await ask('/classify', coffee)).toMatchObject({ status: 200 })
    for (const socket of slow) socket.destroy()
    await untilHealth('"receiving":0,')

    const answers: Answer[] = []
    while (!answers.some(({ status }) => status === 503)) {
      answers.push(...(await Promise.all(Array.from({ length: 8 }, () => ask('/classify', coffee)))))
    }
    const refused = answers.filter(({ status }) => status !== 200)
    for (const one of refused) expect(one).toMatchObject({ status: 503, body: failure('QUEUE_FULL') })
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    await untilHealth('"receiving":0,"waiting":0}')
  })

  it('refuses bodies that are more than may be on their way, until others have gone', async () => {
    const most = coffee.length - 1
    const count = Math.floor(MAX_RECEIVING / most)
    const slow = await Promise.all(Array.from({ length: count }, () => begin(most)))
    await untilHealth(`"receiving":${count * most},`)
    expect(await ask('/classify', coffee)).toMatchObject({ status: 503, body: failure('QUEUE_FULL') })
    await untilHealth(`"receiving":${count * most},`)
    slow[0]?.destroy()
    await untilHealth(`"receiving":${(count - 1) * most},`)
    expect(await ask('/classify', coffee)).toMatchObject({ status: 200 })
    for (const socket of slow) socket.destroy()
  })

  it.each(['MAX_BYTES', 'MAX_RECEIVING', 'MAX_WAITING'])('says that %s is no number', async (name) => {
    const { code, stderr } = await new ExampleProcess('http-endpoint.mjs', [], { [name]: 'many' }).end()
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${name} is a whole number above 0, not many\n` })
  })

  it('answers what was begun before it ends', async () => {
    const second = await begin()
    await untilHealth('"receiving":1,')

    // It is answered although its body ends after the signal to end.
    const ending = example.end('SIGTERM')
    await example.until(() => (example.stderr.includes('SIGTERM') ? true : undefined), 'a word')
    await expect(fetch(`${address}/health`)).rejects.toThrow()
    let answer = ''
    second.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    second.write(coffee.subarray(1))
    await once(second, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close[\s\S]*"label":"espresso"/i)
    expect(await ending).toMatchObject({ code: 0, stderr: expect.stringMatching(/^http.*\nSIGTERM.*\n$/) })
  })
})
