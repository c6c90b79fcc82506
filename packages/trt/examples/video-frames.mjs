// @ts-check
/**
 * Classifies the frames of a video. ffmpeg decodes it and makes the model's size of it; its bytes are read into the model's input.
 *
 *   node video-frames.mjs clip.mp4
 *   node video-frames.mjs --newest -f v4l2 -i /dev/video0        or whatever else ffmpeg takes as input
 *
 * Every frame is classified, and ffmpeg waits meanwhile. With --newest, for cameras, frames that come while one is worked on are dropped. It
 * prints a line of JSON for each frame, and ends with the video or at Ctrl-C. The environment's MODEL and FFMPEG name other ones.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Classifier, defaultModelPath, NewestFrames, SmoothedClassifier } from '@edge/trt'

/** @import { Readable } from 'node:stream' */
/** @import { ImageSource, Preprocessing, SmoothedClassification, Tensor, TensorWriter } from '@edge/trt' */

/** Takes a stream frame by frame, whatever its chunks are. Nothing is read ahead, so that whoever writes to it has to wait. */
class FrameReader {
  /** @type {AsyncIterator<Buffer>} */
  #chunks
  /** @type {Buffer} */
  #rest = Buffer.alloc(0)

  /** @param {Readable} stream */
  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Whether the stream goes on. */
  async hasMore() {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next()
      if (done) return false
      this.#rest = value
    }
    return true
  }

  /** @param {Uint8Array} target is filled. */
  async read(target) {
    for (let filled = 0; filled < target.length; ) {
      if (!(await this.hasMore())) throw new Error('the video ends within a frame')
      const count = this.#rest.copy(target, filled)
      this.#rest = this.#rest.subarray(count)
      filled += count
    }
  }
}

/**
 * Whether the tensor's values are the pixels' bytes, to which the normalization and the quantization of most uint8 models add up.
 *
 * @param {Preprocessing} preprocessing
 */
function takesBytes({
  dtype,
  layout,
  mean,
  std,
  quantization: { scale, zeroPoint } = { scale: 1, zeroPoint: 0 },
}) {
  const isIdentity = mean.every((value) => value === zeroPoint) && std.every((value) => value * scale === 1)
  return dtype === 'uint8' && layout === 'NHWC' && isIdentity
}

/**
 * Sizes that ffmpeg is to make, as the model has them. Its filters are near those of the model's training, not equal.
 *
 * @param {Preprocessing} preprocessing
 * @param {boolean} isCropped Whether ffmpeg crops; otherwise the classifier does.
 */
function framing({ width, height, resize: { fit, cropRatio, kernel, pad } }, isCropped) {
  const flags = `flags=${kernel === 'nearest' ? 'neighbor' : kernel}`
  const exact = `${width}:${height}`
  if (fit === 'stretch') return { width, height, filter: `scale=${exact}:${flags}` }
  if (fit === 'contain') {
    const [red = 0, green = red, blue = red] = pad
    const color = `0x${Buffer.of(red, green, blue).toString('hex')}`
    const filter = `scale=${exact}:force_original_aspect_ratio=decrease:${flags},pad=${exact}:-1:-1:${color}`
    return { width, height, filter }
  }
  const [wide, high] = [Math.round(width / cropRatio), Math.round(height / cropRatio)]
  const size = isCropped ? { width, height } : { width: wide, height: high }
  const cover = `scale=${wide}:${high}:force_original_aspect_ratio=increase:${flags}`
  return { ...size, filter: `${cover},crop=${size.width}:${size.height}` }
}

const isNewest = process.argv[2] === '--newest'
const args = process.argv.slice(isNewest ? 3 : 2)
if (args.length === 0) {
  console.error('usage: node video-frames.mjs [--newest] VIDEO or FFMPEG-OPTIONS')
  process.exit(2)
}

const stop = new AbortController()
const { signal } = stop
process.once('SIGINT', () => stop.abort(130))
process.once('SIGTERM', () => stop.abort(143))
process.stdout.once('error', () => stop.abort(0)) // whoever read it has gone

const classifier = await Classifier.load(process.env.MODEL ?? defaultModelPath())
const smoothed = new SmoothedClassifier(classifier, { alpha: 0.3, window: 5 })
const { preprocessing } = classifier
const isDirect = takesBytes(preprocessing)
const { width, height, filter } = framing(preprocessing, isDirect)
// The tensor has an order of its own; raw pixels are RGB.
const format = { rgb: 'rgb24', bgr: 'bgr24', grey: 'gray' }[isDirect ? preprocessing.channels : 'rgb']
const bytes = width * height * (format === 'gray' ? 1 : 3)

const ffmpeg = spawn(
  process.env.FFMPEG ?? 'ffmpeg',
  [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...(args.length === 1 ? ['-i', ...args] : args),
    ...['-an', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', format, 'pipe:1'],
  ],
  // Asked to end, it would first write to its end what nobody reads any more.
  { stdio: ['ignore', 'pipe', 'inherit'], signal, killSignal: 'SIGKILL' },
)
const ended = once(ffmpeg, 'close')
ended.catch(() => {}) // until it is looked at
const frames = new FrameReader(ffmpeg.stdout)

/**
 * The tensor's bytes. One that was left as it is would be the last frame once more.
 *
 * @param {Tensor} tensor
 */
function bytesOf(tensor) {
  if (tensor.is('uint8')) return tensor.data
  throw new TypeError(`the model takes ${tensor.dtype} and not uint8`)
}

/** @type {TensorWriter} */
const nextFrame = { writeTensor: (tensor) => frames.read(bytesOf(tensor)) }

async function readFrame() {
  const frame = Buffer.allocUnsafe(bytes)
  await frames.read(frame)
  return frame
}

/** @type {(frame: Buffer) => ImageSource} */
function sourceOf(frame) {
  if (!isDirect) return { data: frame, width, height, channels: 3 }
  return { writeTensor: (tensor) => bytesOf(tensor).set(frame) }
}

/** @type {(result: SmoothedClassification, dropped: number) => Promise<void>} */
async function print({ classes: [best], majority }, dropped) {
  const line = JSON.stringify({ label: best?.label, score: best?.score, majority: majority?.label, dropped })
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain', { signal })
}

async function classifyEach() {
  while (await frames.hasMore()) {
    const source = isDirect ? nextFrame : sourceOf(await readFrame())
    await print(await smoothed.classify(source, { topK: 1, signal }), 0)
  }
}

async function classifyNewest() {
  /** @type {NewestFrames<Buffer, SmoothedClassification>} */
  const newest = new NewestFrames(
    (frame, until) => smoothed.classify(sourceOf(frame), { topK: 1, signal: until }),
    {
      signal,
    },
  )
  const film = async () => {
    try {
      while (await frames.hasMore()) newest.push(await readFrame())
    } finally {
      newest.end()
    }
  }
  const filming = film()
  filming.catch(() => {})
  for await (const { result, dropped, error } of newest) {
    if (error !== undefined) throw error
    await print(result, dropped)
  }
  await filming
}

try {
  await (isNewest ? classifyNewest() : classifyEach())
  const [code, killedBy] = await ended
  if (code !== 0) throw new Error(`ffmpeg ended with ${code ?? killedBy}`)
} catch (error) {
  // An ffmpeg that could not be started ends its output as well, and says more.
  const cause = await Promise.race([ended, null]).catch((reason) => reason)
  if (!signal.aborted) console.error(cause instanceof Error ? cause.message : String(error))
  process.exitCode = signal.aborted ? signal.reason : 1
} finally {
  ffmpeg.kill('SIGKILL')
  await classifier.dispose()
}
