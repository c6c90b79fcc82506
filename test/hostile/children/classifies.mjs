// Classifies pictures, one after another and all by one call of `classifyMany`, and answers what came of each. JavaScript, so that
// nobody's loader is in the process.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Classifier } from '@edge/classify'
import { EdgeError } from '@edge/errors'
import { preprocess } from '@edge/image'
import { loadAddon, Tensor } from '@edge/native'

const REFUSED = ['IMAGE_INVALID', 'IMAGE_UNSUPPORTED']
const tell = (phase) => process.send({ phase })

/** The path of one picture at a time, as they are asked for: a camera that never ends. */
class Paths {
  #waiting = []
  #wake = () => {}

  push(path) {
    this.#waiting.push(path)
    this.#wake()
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const path = this.#waiting.shift()
      if (path === '') return
      if (path !== undefined) yield path
      else {
        await new Promise((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}

/** The code of an error that names the picture, or what is wrong with it. */
function refusal(error, path) {
  if (!(error instanceof EdgeError)) return { bug: error instanceof Error ? error.stack : String(error) }
  if (!REFUSED.includes(error.code)) return { bug: error.message, outcome: error.code }
  return error.message.includes(path) ? { outcome: error.code } : { bug: `unnamed: ${error.message}` }
}

/** The other ways through: all pixels of a JPEG, its colour profile, another filter. */
const OTHER = {
  preset: 'tf',
  colorManaged: true,
  shrinkOnLoad: false,
  resize: { fit: 'contain', kernel: 'bicubic' },
}

function tensor() {
  const info = { name: 'image', dtype: 'float32', shape: [1, 16, 16, 3], bytes: 4 * 16 * 16 * 3 }
  return new Tensor(info, new ArrayBuffer(info.bytes), 0)
}

/** What a picture comes to by both ways, to the bit. */
async function digest(path) {
  const [one, other] = [tensor(), tensor()]
  await preprocess(path, one, { preset: 'torch' })
  await preprocess(path, other, OTHER)
  return createHash('sha256').update(one.data).update(other.data).digest('hex')
}

/** Peak of the resident set since this was called last, in kilobytes. */
function peak() {
  const status = readFileSync('/proc/self/status', 'latin1')
  // Sets the mark back: proc(5).
  writeFileSync('/proc/self/clear_refs', '5')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])
}

const paths = new Paths()
let classifier
let results

async function begin(model) {
  classifier = await Classifier.load(model, { preset: 'tf', threads: 1 })
  results = classifier.classifyMany(paths, { topK: 1 })
  return {}
}

async function one(path) {
  peak()
  tell('classify')
  paths.push(path)
  const { value } = await results.next()
  if (value.source !== path) return { bug: `the result of ${value.source} came for ${path}` }
  const first = value.error === undefined ? { outcome: 'classified' } : refusal(value.error, path)
  const [best] = value.classes ?? []
  if (first.outcome === 'classified' && !(best?.score > 0 && best.score <= 1)) return { bug: 'no class' }
  tell('preprocess')
  const second = await preprocess(path, tensor(), OTHER).then(
    () => ({ outcome: 'written' }),
    (error) => refusal(error, path),
  )
  return { ...second, ...first, other: second.outcome, peakKilobytes: peak() }
}

async function end() {
  tell('end')
  paths.push('')
  const { done } = await results.next()
  await classifier.dispose()
  // At once: the garbage collector disposes of what was forgotten. It has to free buffers, though, to which views may be left.
  const live = loadAddon().liveObjects()
  classifier = undefined
  results = undefined
  // Finalizers run after a turn of the loop.
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc()
    await setTimeout(10)
  }
  return { done, ...live, buffers: loadAddon().liveObjects().buffers }
}

/** What the process holds. Open files first: Node.js closes those that were forgotten, once it finds their handles among the garbage. */
async function state() {
  const files = readdirSync('/proc/self/fd').length
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc()
    await setTimeout(5)
  }
  return { files, residentBytes: process.memoryUsage.rss() }
}

const tasks = { begin, one, end, state, digest: async (path) => ({ digest: await digest(path) }) }

process.on('message', async ({ task, value }) => {
  const answer = await tasks[task](value).catch((error) => ({
    bug: error instanceof Error ? error.stack : String(error),
  }))
  process.send({ answer })
})
