/**
 * `pnpm bench:throughput`: pictures a second from 12-megapixel JPEGs, against what decoding and resizing alone allow, a pipeline of sharp
 * and onnxruntime-node, and Python.
 */
import { Classifier } from '@edge/classify'
import { efficientnetDirectory, pythonEnvironment } from '../../scripts/setup/paths.js'
import { interpreterIn } from '../../scripts/setup/virtual-environment.js'
import { LineChild } from '../measure/line-child.js'
import { median, pairedRatio, type Ratio } from '../measure/ratio.js'
import { writeResults } from '../measure/result-file.js'
import { timed } from '../measure/turns.js'
import { fp32Onnx, int8Onnx } from '../peers/int8-onnx.js'
import { inFlight, middle, onnxruntimePipeline } from './onnxruntime-pipeline.js'
import { wallpaperCrops } from './wallpapers.js'

const ROUNDS = 7
const int8 = `${efficientnetDirectory}/efficientnet_lite0_int8.tflite`

interface Side {
  readonly name: string
  readonly round: () => Promise<number>
  /** How many times as many pictures a second ours should do at least. */
  readonly bar?: number
}

const crops = await wallpaperCrops()
const classifier = await Classifier.load(int8)
const byHand = {
  fp32: await onnxruntimePipeline(fp32Onnx, 'float32'),
  int8: await onnxruntimePipeline(await int8Onnx(), 'uint8'),
}
const python = new LineChild(interpreterIn(pythonEnvironment), [
  new URL('children/pil_litert.py', import.meta.url).pathname,
  int8,
  ...crops,
])

const ours: Side = {
  name: '@edge/trt, Lite0 int8',
  round: () =>
    timed(async () => {
      for await (const result of classifier.classifyMany(crops))
        if (result.error !== undefined) throw result.error
    }),
}
const sides: readonly Side[] = [
  {
    name: 'sharp alone: decode and resize',
    bar: 0.85,
    round: () => timed(() => inFlight(crops, async (path) => void (await middle(path)))),
  },
  { name: 'sharp + onnxruntime-node, fp32', bar: 1.2, round: () => timed(() => byHand.fp32(crops)) },
  { name: 'sharp + onnxruntime-node, int8', bar: 1, round: () => timed(() => byHand.int8(crops)) },
  { name: 'Pillow with draft + LiteRT int8', bar: 1.3, round: () => python.ask('draft') },
  { name: 'Pillow + LiteRT int8', bar: 3, round: () => python.ask('full') },
]

const times = new Map<Side, number[]>([ours, ...sides].map((side) => [side, []]))
for (let round = -1; round < ROUNDS; round += 1) {
  const order = [ours, ...sides]
  // Each side meets each place in the round.
  for (let turn = 0; turn <= Math.max(0, round) % order.length; turn += 1) order.push(...order.splice(0, 1))
  for (const side of order) {
    const nanoseconds = await side.round()
    if (round >= 0) times.get(side)?.push(nanoseconds)
  }
}
python.close()
await classifier.dispose()

const own = times.get(ours) ?? []
const perSecond = (nanoseconds: readonly number[]): number => (crops.length * 1e9) / median(nanoseconds)
const rows = sides.map((side) => {
  const theirs = times.get(side) ?? []
  // Pictures a second, so theirs over ours.
  const ratio: Ratio = pairedRatio(theirs, own)
  return {
    name: side.name,
    perSecond: perSecond(theirs),
    ratio,
    bar: side.bar,
    met: side.bar === undefined || ratio.median >= side.bar,
  }
})
console.log(
  `${ours.name}: ${perSecond(own).toFixed(1)} pictures a second (${crops.length} of 12 megapixels, ${ROUNDS} rounds)`,
)
for (const { name, perSecond: rate, ratio, bar, met } of rows) {
  const interval = `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`
  console.log(
    `${name.padEnd(34)} ${rate.toFixed(1).padStart(7)}  ours: × ${interval}  ${met ? 'reaches' : 'MISSES'} ${bar}`,
  )
}
console.log(`Written to ${writeResults('throughput', { perSecond: perSecond(own), rows })}`)
if (rows.some(({ met }) => !met)) process.exitCode = 1
