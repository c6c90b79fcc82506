// @ts-check
/**
 * Classifies pictures as they appear in a directory, and prints a line of JSON for each.
 *
 *   node folder-watcher.mjs incoming
 *
 * A picture is read once its file has been left alone for a while: the system tells of a file when it is created, which is long before it
 * is complete. One that cannot be classified is told of, and the rest goes on. Ctrl-C and SIGTERM end it. `edge-trt watch` is the same with
 * more care and flags; begin here where what is done with a result is your own. The environment's MODEL and SETTLE_MS (250) say otherwise.
 */
import { existsSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { Classifier, defaultModelPath } from '@edge/trt'

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif'])
const settleMs = Number(process.env.SETTLE_MS ?? 250)

/**
 * Watches a directory from now on. Gives the paths of pictures, each once it has been left alone for `settleMs`, and again once it was
 * written anew.
 *
 * @param {string} directory
 * @param {AbortSignal} signal ends it
 */
function settledPictures(directory, signal) {
  /** @type {Map<string, string>} What a file was when it was passed on. */
  const known = new Map()
  /** @type {Map<string, NodeJS.Timeout>} */
  const timers = new Map()
  /** @type {string[]} */
  const ready = []
  /** @type {Error | undefined} */
  let failure
  let wake = () => {}

  /** @param {string} name */
  const look = async (name) => {
    timers.delete(name)
    const path = join(directory, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats === undefined) return void known.delete(name)
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    // An empty file has yet to be written; one that is known was only given other permissions.
    if (!stats.isFile() || stats.size === 0 || known.get(name) === stamp) return
    known.set(name, stamp)
    ready.push(path)
    wake()
  }

  /** @param {Error} error */
  const fail = (error) => {
    failure = error
    wake()
  }

  const watcher = watch(directory)
  watcher.on('change', (_, name) => {
    const changed = String(name)
    // The system tells of it once, by its own name, and of nothing after that.
    if (changed === basename(resolve(directory)) && !existsSync(directory))
      return fail(new Error(`${directory} is no longer there`))
    if (!EXTENSIONS.has(extname(changed).toLowerCase())) return
    clearTimeout(timers.get(changed))
    timers.set(changed, setTimeout(look, settleMs, changed))
  })
  watcher.on('error', fail)
  signal.addEventListener('abort', () => {
    watcher.close()
    for (const timer of timers.values()) clearTimeout(timer)
    wake()
  })

  return (async function* () {
    while (!signal.aborted) {
      const next = ready.shift()
      if (next !== undefined) yield next
      else if (failure !== undefined) throw failure
      else await new Promise((resolve) => (wake = () => resolve(undefined)))
    }
  })()
}

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  console.error('usage: node folder-watcher.mjs DIRECTORY')
  process.exit(2)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())

// Before the model is loaded: what appears meanwhile is not missed.
const pictures = settledPictures(directory, stop.signal)
console.error(`watching ${directory}`)
const classifier = await Classifier.load(process.env.MODEL ?? defaultModelPath())
try {
  for await (const { source, classes, error } of classifier.classifyMany(pictures, { topK: 3 })) {
    const result = error === undefined ? { classes } : { error: { code: error.code, message: error.message } }
    console.log(JSON.stringify({ source, ...result }))
  }
} finally {
  stop.abort()
  await classifier.dispose()
}
