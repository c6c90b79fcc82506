import { z } from 'zod'

/**
 * What the runner and a subject say to each other: one JSON document a line, requests on the subject's stdin, answers on its
 * stdout, one answer a request; before it, while it builds what it loads, how far that is ({@link buildingSchema}). A subject is a process of its own, so that its peak of memory is its own, and so that one that crashes or
 * hangs takes nothing with it. Whatever language it is written in, this is all it has to speak; what it wants to tell people goes to stderr.
 */

/** Opens a model. Answered by {@link loadedSchema}. */
export const loadRequestSchema = z.strictObject({
  ask: z.literal('load'),
  model: z.string(),
  threads: z.int().positive(),
  batch: z.int().positive(),
  precision: z.string().optional(),
  /** Paths of pictures; without any, the input is made up. */
  images: z.array(z.string()),
  /** Whether a run includes decoding and preprocessing of the picture, or has its input prepared before. */
  endToEnd: z.boolean(),
  /** What the subject's own kind understands beside. */
  options: z.record(z.string(), z.json()).optional(),
})

/** Runs inferences one after another. Answered by {@link ranSchema}. */
export const runRequestSchema = z.strictObject({
  ask: z.literal('run'),
  /** Which of `images` each run is of; as many runs as entries. Without pictures, zeros. */
  images: z.array(z.int().nonnegative()),
  /** 1: one after another. n: in groups of n that begin together, and of which latency counts from that. */
  inFlight: z.int().positive(),
  /** Of a server: when each run is to begin, in milliseconds from the begin of all; latency counts from there. */
  arrivalsMs: z.array(z.number().nonnegative()).optional(),
})

/** Classes of each of `images`. Answered by {@link classifiedSchema}. */
export const classifyRequestSchema = z.strictObject({ ask: z.literal('classify'), topK: z.int().positive() })

/** Frees everything. Answered by {@link endedSchema}, after which the process ends by itself. */
export const endRequestSchema = z.strictObject({ ask: z.literal('end') })

export const requestSchema = z.discriminatedUnion('ask', [
  loadRequestSchema,
  runRequestSchema,
  classifyRequestSchema,
  endRequestSchema,
])

export const loadedSchema = z.strictObject({
  answer: z.literal('loaded'),
  /** What the runtime calls itself and its version. */
  version: z.string(),
  loadMs: z.number().nonnegative(),
  firstRunMs: z.number().nonnegative(),
  /** Whether it built, in this time, what it will find made when it loads the model the next time. */
  built: z.boolean().optional(),
})

/** Before {@link loadedSchema}, as often as wanted: what is to be loaded is built first, as engines are, and that may take minutes. */
export const buildingSchema = z.strictObject({
  answer: z.literal('building'),
  /** 0 to 1. */
  fraction: z.number().min(0).max(1),
  /** What is under way, outermost first. */
  phases: z.array(z.string()),
  elapsedMs: z.number().nonnegative(),
})

export const ranSchema = z.strictObject({
  answer: z.literal('ran'),
  /** Of each run, in the order of the request. */
  samplesMs: z.array(z.number().nonnegative()),
  /** When each run began (of a server: was to begin), in milliseconds of a clock of the subject's own that goes evenly. */
  beginsMs: z.array(z.number()),
  /** The same clock at the answer. */
  nowMs: z.number(),
  /** The most memory that the process has had resident so far. */
  peakRssBytes: z.int().nonnegative(),
})

export const classifiedSchema = z.strictObject({
  answer: z.literal('classified'),
  /** Best first, of each picture; an error where it cannot be decoded. */
  pictures: z.array(
    z.union([
      z.strictObject({
        classes: z.array(z.strictObject({ index: z.int(), score: z.number(), label: z.string().optional() })),
      }),
      z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
    ]),
  ),
})

export const endedSchema = z.strictObject({ answer: z.literal('ended') })

/** Instead of any other answer. */
export const failedSchema = z.strictObject({
  answer: z.literal('failed'),
  code: z.string(),
  message: z.string(),
  /** Which of `images` it is about, where it is a picture that cannot be read or decoded: the runner goes on without it. */
  image: z.int().nonnegative().optional(),
})

export const answerSchema = z.discriminatedUnion('answer', [
  loadedSchema,
  buildingSchema,
  ranSchema,
  classifiedSchema,
  endedSchema,
  failedSchema,
])

export type SubjectRequest = z.infer<typeof requestSchema>
export type LoadRequest = z.infer<typeof loadRequestSchema>
export type RunRequest = z.infer<typeof runRequestSchema>
export type SubjectAnswer = z.infer<typeof answerSchema>
export type Loaded = z.infer<typeof loadedSchema>
export type Building = Omit<z.infer<typeof buildingSchema>, 'answer'>
export type Ran = z.infer<typeof ranSchema>
export type Classified = z.infer<typeof classifiedSchema>
