import { z } from 'zod'

/** The version of the format; a file of another one is refused. */
export const RESULT_SCHEMA = 'edge-bench/1'

const milliseconds = z.number().nonnegative()

/** An estimate with its confidence interval. */
export const intervalSchema = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Coverage that the interval was made for: 0.95. */
  confidence: z.number().gt(0).lt(1),
})

/** A sample that stands out, with what it was of: one sample is no statistic. */
export const extremeSchema = z.strictObject({
  ms: milliseconds,
  /** Which of `samplesMs` it is. */
  index: z.int().nonnegative(),
  /** The picture it was of, where pictures were given. */
  image: z.string().optional(),
  /** Ranks from below that the true quantile at this place has, of all samples: `[n − 3, n]`. */
  ranks: z.tuple([z.int(), z.int()]).optional(),
})

/** Latency of one inference in the steady state, in milliseconds. */
export const latencySchema = z.strictObject({
  samples: z.int().nonnegative(),
  mean: milliseconds,
  median: milliseconds,
  stddev: milliseconds,
  min: extremeSchema,
  max: extremeSchema,
  /** Percentiles with intervals from order statistics; those that so few samples cannot tell are missing. */
  p50: intervalSchema.optional(),
  p90: intervalSchema.optional(),
  p95: intervalSchema.optional(),
  p99: intervalSchema.optional(),
})

/** One reading of the machine's sensors; a sensor that is not there, or cannot be read, is missing. */
export const readingSchema = z.strictObject({
  /** Milliseconds since the run began. */
  atMs: milliseconds,
  /** °C by name of the thermal zone, or of another sensor. */
  temperatureC: z.record(z.string(), z.number()).optional(),
  /** Mean over the processors in MHz, weighted by how busy each was since the last reading: the clock at which work was done. */
  cpuMhz: z.number().optional(),
  gpuMhz: z.number().optional(),
  /** Share of all processors that was busy since the last reading, 0 to 1. */
  cpuLoad: z.number().optional(),
  gpuLoad: z.number().optional(),
  /** Share of all processors that others than this benchmark's own processes kept busy, 0 to 1. */
  otherLoad: z.number().optional(),
  /** Share of processor time that the hypervisor gave to others, 0 to 1. */
  steal: z.number().optional(),
  /** Per cent of the time since the last reading in which some task waited: pressure stall information's `some`. */
  pressure: z.strictObject({ cpu: z.number(), io: z.number(), memory: z.number() }).partial().optional(),
  availableBytes: z.number().optional(),
  /** Milliwatts by rail or domain. */
  powerMw: z.record(z.string(), z.number()).optional(),
  /** How often clocks were held back since the last reading, by the name of what did it. */
  throttled: z.record(z.string(), z.number()).optional(),
})

/** What a run of one model told of the machine, and how it changed. */
export const telemetrySchema = z.strictObject({
  readings: z.array(readingSchema),
  /** Sensors that could not be read, with the reason. */
  unreadable: z.record(z.string(), z.string()),
  /** Energy of one inference in millijoules, where power or energy is measured, and of which rail. */
  energyMj: z.strictObject({ value: z.number(), source: z.string() }).optional(),
})

/** A share of counted successes with its Wilson score interval. */
export const shareSchema = z.strictObject({ count: z.int(), of: z.int(), interval: intervalSchema })

/** What the model said of pictures whose class is known. */
export const accuracySchema = z.strictObject({
  top1: shareSchema.optional(),
  top5: shareSchema.optional(),
  /** One row a picture, in the order of the data set. */
  pictures: z.array(
    z.strictObject({
      image: z.string(),
      expected: z.int().nonnegative().optional(),
      /** The first class, its name and its score. */
      class: z.int().nonnegative(),
      label: z.string().optional(),
      score: z.number(),
      correct: z.boolean().optional(),
    }),
  ),
  /** Pairs of classes that were met: expected, returned, how often. */
  confusion: z.array(z.tuple([z.int(), z.int(), z.int()])).optional(),
})

/** What became of one model on one backend with one setting. */
export const modelResultSchema = z.strictObject({
  /** Unique in the file: what tables, ratios and `--resume` call it. */
  id: z.string(),
  /** Name for people. */
  model: z.string(),
  /** Path or identifier as it was given. */
  source: z.string(),
  /** `tflite`, `onnxruntime`, or a peer's name. */
  backend: z.string(),
  /** What the runtime calls its version. */
  version: z.string().optional(),
  threads: z.int().positive(),
  batch: z.int().positive(),
  precision: z.string().optional(),
  scenario: z.enum(['single-stream', 'multi-stream', 'offline', 'server']),
  /** Whether the weights are random: figures of time hold, those of accuracy do not. */
  randomWeights: z.boolean(),
  sizeBytes: z.int().nonnegative().optional(),
  gzipBytes: z.int().nonnegative().optional(),
  peakRssBytes: z.int().nonnegative().optional(),
  loadMs: milliseconds.optional(),
  firstRunMs: milliseconds.optional(),
  warmUpMs: z.array(milliseconds),
  /** Not of `offline`, whose samples only say when in their round each came. */
  latencyMs: latencySchema.optional(),
  /** Every inference of the steady state (of `multi-stream`, every query of 8), in the order in which they began. */
  samplesMs: z.array(milliseconds),
  /** Of each sample, milliseconds since the run began. */
  samplesAtMs: z.array(milliseconds),
  /** Of each sample, in which round it ran, from 0. */
  rounds: z.array(z.int().nonnegative()),
  /** Of each sample, which of `images` it was of; empty where the input is made up. */
  samplesOf: z.array(z.int().nonnegative()),
  /** Inferences a second, of scenarios that ask for it: all but single-stream. */
  throughput: intervalSchema.optional(),
  accuracy: accuracySchema.optional(),
  telemetry: telemetrySchema.optional(),
  /** False where one of `warnings` says why the figures are not to be believed. */
  reliable: z.boolean(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), unreliable: z.boolean() })),
  /** Why there are no figures, or only some. */
  error: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      /** The last lines that its process wrote to stderr; tables have the last of them, in the message. */
      lastWords: z.array(z.string()).optional(),
    })
    .optional(),
  /** Why it was not run at all: no GPU, a peer that is not installed. */
  skipped: z.string().optional(),
})

/** How many times as long as another one model took. */
export const ratioSchema = z.strictObject({
  id: z.string(),
  /** What it is compared with. */
  to: z.string(),
  /** Of medians, bootstrapped over rounds. */
  ratio: intervalSchema,
  rounds: z.int().positive(),
  verdict: z.enum(['faster', 'slower', 'equal', 'undecided']),
  /** Paired McNemar test of the same pictures, where both have accuracy. */
  mcnemar: z.strictObject({ onlyThis: z.int(), onlyOther: z.int(), pValue: z.number() }).optional(),
})

export const machineSchema = z.strictObject({
  processor: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.int().positive(),
  architecture: z.string(),
  system: z.string(),
  kernel: z.string(),
  node: z.string(),
  /** Board, as the device tree says it: "NVIDIA Jetson Orin Nano Developer Kit". */
  board: z.string().optional(),
  gpu: z.string().optional(),
  governor: z.string().optional(),
  /** nvpmodel's mode, and whether jetson_clocks is on. */
  powerMode: z.string().optional(),
  /** Versions of what was measured with, by name. */
  versions: z.record(z.string(), z.string()),
})

export const settingsSchema = z.strictObject({
  suite: z.string(),
  seed: z.int(),
  /** Inferences of the steady state of one model: as many, and for as long; `maxSeconds` ends both. */
  minRuns: z.int().positive(),
  minSeconds: z.number().nonnegative(),
  maxSeconds: z.number().positive(),
  rounds: z.int().positive(),
  /** Runs after a switch between models that are not counted. */
  droppedAfterSwitch: z.int().nonnegative(),
  order: z.enum(['interleaved', 'sequence']),
  coolDown: z
    .strictObject({ toleranceC: z.number().positive(), maxSeconds: z.number().nonnegative() })
    .optional(),
  /** Whether decoding and preprocessing were part of a run. */
  endToEnd: z.boolean().optional(),
  confidence: z.number().gt(0).lt(1),
})

/** A file of results. */
export const resultFileSchema = z.strictObject({
  schema: z.literal(RESULT_SCHEMA),
  /** ISO 8601. */
  begun: z.string(),
  ended: z.string().optional(),
  /** False while the run goes on, and of one that was stopped: `--resume` goes on with it. */
  complete: z.boolean(),
  machine: machineSchema,
  settings: settingsSchema,
  images: z.array(z.string()),
  models: z.array(modelResultSchema),
  ratios: z.array(ratioSchema),
})

export type Interval = z.infer<typeof intervalSchema>
export type Extreme = z.infer<typeof extremeSchema>
export type Latency = z.infer<typeof latencySchema>
export type Reading = z.infer<typeof readingSchema>
export type Telemetry = z.infer<typeof telemetrySchema>
export type Accuracy = z.infer<typeof accuracySchema>
export type Share = z.infer<typeof shareSchema>
export type ModelResult = z.infer<typeof modelResultSchema>
export type RatioResult = z.infer<typeof ratioSchema>
export type MachineDescription = z.infer<typeof machineSchema>
export type Settings = z.infer<typeof settingsSchema>
export type ResultFile = z.infer<typeof resultFileSchema>
