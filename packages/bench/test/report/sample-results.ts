import {
  type Accuracy,
  type Interval,
  type ModelResult,
  RESULT_SCHEMA,
  type Reading,
  type ResultFile,
} from '../../src/result/schema.js'
import { Random } from '../../src/statistics/random.js'

/** What a model of the sample is like. */
interface Kind {
  readonly name: string
  readonly ms: number
  readonly bytes: number
  /** Share of pictures that it has right; none: random weights. */
  readonly top1?: number
}

const KINDS: readonly Kind[] = [
  { name: 'mobilenet_v1', ms: 3.1, bytes: 4_276_352, top1: 0.7 },
  { name: 'mobilenet_v2', ms: 2.4, bytes: 3_577_760, top1: 0.75 },
  { name: 'inception_v4', ms: 58, bytes: 42_957_952, top1: 0.9 },
  { name: 'efficientnet_lite0', ms: 4.6, bytes: 5_422_760, top1: 0.8 },
  { name: 'efficientnet_lite1', ms: 6.9, bytes: 6_262_136, top1: 0.82 },
  { name: 'efficientnet_lite2', ms: 9.3, bytes: 7_012_640, top1: 0.85 },
  { name: 'efficientnet_edgetpu_s', ms: 12.4, bytes: 6_797_000 },
  { name: 'efficientnet_edgetpu_m', ms: 19.6, bytes: 8_606_000 },
  { name: 'efficientnet_edgetpu_l', ms: 49.8, bytes: 12_851_000 },
]

const LABELS: readonly string[] = [
  ...['macaw', 'ice bear', 'sports car', 'sea lion', 'espresso', 'beagle', 'tabby', 'strawberry', 'goldfish'],
  ...[
    'church',
    'daisy',
    'violin',
    'canoe',
    'lemon',
    'hippopotamus',
    'umbrella',
    'wombat',
    'teapot',
    'yawl',
    'zebra',
  ],
]

export interface SampleOptions {
  readonly seed?: number
  readonly models?: number
  readonly rounds?: number
  readonly runsPerRound?: number
  readonly pictures?: number
  /** Names that models and pictures get instead. */
  readonly names?: readonly string[]
}

/**
 * Results as a run on a small board would give them: models by turns in rounds, noise that has tails and goes with the clock, a board that
 * warms up and throttles towards the end; and, after those, one model that failed and one that was skipped.
 */
export function sampleResults(options: SampleOptions = {}): ResultFile {
  const { seed = 1, models = KINDS.length, rounds = 10, runsPerRound = 30, pictures = 20, names } = options
  const random = new Random(seed, 'sample results')
  const images = Array.from({ length: pictures }, (_, at) => {
    const own = names?.[at % names.length]
    const label = LABELS[at % LABELS.length] ?? 'picture'
    return own === undefined
      ? `photographs/${label.replaceAll(' ', '_')}_${at}.jpg`
      : `photographs/${at}${own}`
  })
  const board = new Board(random)
  const measured = Array.from({ length: models }, (_, at) => {
    const kind = KINDS[at % KINDS.length] ?? { name: 'model', ms: 1, bytes: 1000 }
    const name = names?.[at % names.length] ?? (at < KINDS.length ? kind.name : `${kind.name}_${at}`)
    return emptyModel(`${name}/tflite/t1`, name, kind)
  })
  const readings: Reading[] = [board.reading()]
  for (let round = 0; round < rounds; round += 1) {
    for (const one of random.shuffled(measured)) {
      board.idle(20)
      for (let run = 0; run < runsPerRound; run += 1) {
        const at = board.atMs
        const image = random.below(Math.max(1, pictures))
        one.result.samplesMs.push(board.run(one.kind.ms))
        one.result.samplesAtMs.push(at)
        one.result.rounds.push(round)
        if (pictures > 0) one.result.samplesOf.push(image)
        if (board.atMs - (readings.at(-1)?.atMs ?? 0) > 250) readings.push(board.reading())
      }
    }
  }
  const throttled = readings.some((one) => one.throttled !== undefined)
  const results = measured.map(({ result, kind }, at): ModelResult => {
    const isUnreliable = throttled && at === 2
    const accuracy = kind.top1 === undefined ? undefined : accuracyOf(kind.top1, images, random)
    return {
      ...result,
      latencyMs: summary(result, images),
      ...(accuracy !== undefined && { accuracy }),
      // In turns all have the same machine; one of them carries what was read of it.
      telemetry: {
        readings: at === 0 ? readings : [],
        unreadable: { 'ina3221 rail 3': 'permission denied' },
        energyMj: { value: kind.ms * 7.5, source: 'VDD_IN' },
      },
      reliable: !isUnreliable,
      warnings: isUnreliable
        ? [
            {
              code: 'THROTTLED',
              message:
                'the processor was throttled 3 times while this model ran, and its clock fell from 1510 to 1190 MHz',
              unreliable: true,
            },
          ]
        : at === 4
          ? [{ code: 'NOISY', message: 'others used 4 % of the processors', unreliable: false }]
          : [],
    }
  })
  return {
    schema: RESULT_SCHEMA,
    begun: '2026-11-20T09:30:00.000Z',
    ended: '2026-11-20T09:38:12.000Z',
    complete: true,
    machine: {
      processor: 'Cortex-A78AE',
      cores: 6,
      memoryBytes: 7_990_000_000,
      architecture: 'arm64',
      system: 'Ubuntu 22.04.5 LTS',
      kernel: '5.15.148-tegra',
      node: '20.20.2',
      board: 'NVIDIA Jetson Orin Nano Developer Kit',
      gpu: 'Orin (nvgpu)',
      governor: 'schedutil',
      powerMode: '15W, jetson_clocks off',
      versions: { 'TensorFlow Lite': '2.20.0', '@edge/bench': '0.1.0' },
    },
    settings: {
      suite: 'sample',
      seed,
      minRuns: 100,
      minSeconds: 2,
      maxSeconds: 60,
      rounds,
      droppedAfterSwitch: 5,
      order: 'interleaved',
      coolDown: { toleranceC: 1, maxSeconds: 120 },
      confidence: 0.95,
    },
    images,
    models: [...results, failedModel(), skippedModel()],
    ratios: results.slice(1).map((one) => ratioOf(one, results[0] ?? one, rounds)),
  }
}

/** A board that gets warm when it works, and slows down when it is too warm. */
class Board {
  atMs = 0
  #temperature = 41
  #mhz = 1510
  #throttles = 0
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  run(ms: number): number {
    const slow = 1510 / this.#mhz
    const noise =
      1 + 0.012 * this.#normal() + (this.#random.uniform() < 0.02 ? this.#random.exponential(0.15) : 0)
    const took = ms * slow * Math.max(0.95, noise)
    this.#pass(took, 1)
    return took
  }

  idle(ms: number): void {
    this.#pass(ms, 0)
  }

  reading(): Reading {
    const throttled = this.#throttles
    this.#throttles = 0
    return {
      atMs: this.atMs,
      temperatureC: {
        'CPU-therm': rounded(this.#temperature + 0.2 * this.#normal()),
        'GPU-therm': rounded(this.#temperature - 2.5 + 0.2 * this.#normal()),
      },
      cpuMhz: this.#mhz,
      gpuMhz: 306,
      cpuLoad: 0.19,
      powerMw: { VDD_IN: 7400 },
      ...(throttled > 0 && { throttled: { 'cpu0 core throttles': throttled } }),
    }
  }

  #pass(ms: number, load: number): void {
    this.atMs += ms
    const target = 38 + 36 * load
    this.#temperature += (target - this.#temperature) * (1 - Math.exp(-ms / 40_000))
    const wanted = this.#temperature > 68 ? 1190 : 1510
    if (wanted < this.#mhz) this.#throttles += 1
    this.#mhz = wanted
  }

  /** Box and Muller. */
  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.uniform()))
    return radius * Math.cos(2 * Math.PI * this.#random.uniform())
  }
}

function emptyModel(id: string, name: string, kind: Kind): { result: ModelResult; kind: Kind } {
  return {
    kind,
    result: {
      id,
      model: name,
      source: `.cache/models/${name}.tflite`,
      backend: 'tflite',
      version: 'TensorFlow Lite 2.20.0',
      threads: 1,
      batch: 1,
      scenario: 'single-stream',
      randomWeights: kind.top1 === undefined,
      sizeBytes: kind.bytes,
      gzipBytes: Math.round(kind.bytes * 0.82),
      peakRssBytes: 52_000_000 + kind.bytes * 2,
      loadMs: 4 + kind.bytes / 1e6,
      firstRunMs: kind.ms * 2.6,
      warmUpMs: [kind.ms * 1.4, kind.ms * 1.1, kind.ms],
      samplesMs: [],
      samplesAtMs: [],
      rounds: [],
      samplesOf: [],
      reliable: true,
      warnings: [],
    },
  }
}

function failedModel(): ModelResult {
  const { result } = emptyModel('broken/tflite/t1', 'broken', { name: 'broken', ms: 1, bytes: 4096, top1: 1 })
  const { loadMs: _, firstRunMs: __, ...rest } = result
  return {
    ...rest,
    warmUpMs: [],
    error: {
      code: 'MODEL_INVALID',
      message: 'the model broken.tflite is truncated; expected 4096 bytes, found 1024',
    },
  }
}

function skippedModel(): ModelResult {
  const { result } = emptyModel('resnet18/tensorrt/t1', 'resnet18', {
    name: 'resnet18',
    ms: 1,
    bytes: 46_000_000,
    top1: 1,
  })
  const { loadMs: _, firstRunMs: __, peakRssBytes: ___, version: ____, ...rest } = result
  return { ...rest, backend: 'tensorrt', warmUpMs: [], skipped: 'there is no GPU' }
}

function summary(
  { samplesMs, samplesOf }: ModelResult,
  images: readonly string[],
): NonNullable<ModelResult['latencyMs']> {
  const sorted = samplesMs.toSorted((one, other) => one - other)
  const count = sorted.length
  const at = (share: number) => sorted[Math.min(count - 1, Math.max(0, Math.floor(share * count)))] ?? 0
  const spread = 1 / Math.sqrt(count)
  const percentile = (share: number): Interval => ({
    value: at(share),
    low: at(share - spread / 2),
    high: at(share + spread / 2),
    confidence: 0.95,
  })
  const mean = samplesMs.reduce((sum, ms) => sum + ms, 0) / count
  const extreme = (ms: number, ranks: [number, number]) => {
    const index = samplesMs.indexOf(ms)
    const image = images[samplesOf[index] ?? -1]
    return { ms, index, ranks, ...(image !== undefined && { image }) }
  }
  return {
    samples: count,
    mean,
    median: at(0.5),
    stddev: Math.sqrt(samplesMs.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / Math.max(1, count - 1)),
    min: extreme(at(0), [1, 4]),
    max: extreme(at(1), [count - 3, count]),
    p50: percentile(0.5),
    ...(count >= 100 && { p90: percentile(0.9), p95: percentile(0.95) }),
    ...(count >= 500 && { p99: percentile(0.99) }),
  }
}

function accuracyOf(top1: number, images: readonly string[], random: Random): Accuracy | undefined {
  if (images.length === 0) return undefined
  const classes = Math.min(LABELS.length, Math.max(2, images.length))
  const pictures = images.map((image, at) => {
    const expected = at % classes
    const correct = random.uniform() < top1
    const returned = correct ? expected : (expected + 1 + random.below(classes - 1)) % classes
    const label = LABELS[returned]
    return {
      image,
      expected,
      class: returned,
      ...(label !== undefined && { label }),
      score: rounded(correct ? 0.55 + 0.44 * random.uniform() : 0.2 + 0.3 * random.uniform(), 4),
      correct,
    }
  })
  const right = pictures.filter(({ correct }) => correct).length
  const pairs = new Map<string, [number, number, number]>()
  for (const one of pictures) {
    const pair = pairs.get(`${one.expected} ${one.class}`) ?? [one.expected, one.class, 0]
    pair[2] += 1
    pairs.set(`${one.expected} ${one.class}`, pair)
  }
  const share = (count: number) => ({ count, of: images.length, interval: wilson(count, images.length) })
  return {
    top1: share(right),
    top5: share(Math.min(images.length, right + Math.ceil(images.length * 0.1))),
    pictures,
    confusion: [...pairs.values()],
  }
}

function wilson(count: number, of: number): Interval {
  const [share, z] = [count / of, 1.96]
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half), confidence: 0.95 }
}

function ratioOf(one: ModelResult, other: ModelResult, rounds: number): ResultFile['ratios'][number] {
  const value = (one.latencyMs?.median ?? 1) / (other.latencyMs?.median ?? 1)
  const ratio = { value, low: value * 0.985, high: value * 1.017, confidence: 0.95 }
  const verdict = ratio.low > 1 ? 'slower' : ratio.high < 1 ? 'faster' : 'undecided'
  const paired = one.accuracy !== undefined && other.accuracy !== undefined
  return {
    id: one.id,
    to: other.id,
    ratio,
    rounds,
    verdict,
    ...(paired && { mcnemar: { onlyThis: 3, onlyOther: 1, pValue: 0.625 } }),
  }
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
