import { z } from 'zod'

const positive = z.int().positive()
/** Letters, digits and `._-`: it becomes part of file names. */
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)

/** Who runs a model: one of our own backends, or a peer by its name. */
const backend = identifier

export const scenarioNames = ['single-stream', 'multi-stream', 'offline', 'server'] as const

/** How long and in what order to measure. Every field has a default. */
export const measureSchema = z.strictObject({
  /** Inferences of the steady state of one model at least. */
  minRuns: positive.default(100).describe('Inferences of one model at least.'),
  minSeconds: z.number().nonnegative().default(2).describe('Seconds of inference of one model at least.'),
  maxSeconds: z
    .number()
    .positive()
    .default(60)
    .describe('Ends a model although the first two are not reached.'),
  rounds: positive.default(10).describe('Turns that each model gets; ratios are taken over them.'),
  warmUpRuns: z.int().nonnegative().default(10).describe('Runs before the steady state.'),
  droppedAfterSwitch: z
    .int()
    .nonnegative()
    .default(5)
    .describe('Runs that are not counted when another model ran before.'),
  order: z
    .enum(['interleaved', 'sequence'])
    .default('interleaved')
    .describe('In rounds by turns, or one model after the other.'),
  coolDown: z
    .strictObject({
      toleranceC: z.number().positive().default(1),
      maxSeconds: z.number().nonnegative().default(120),
    })
    .optional()
    .describe('Waits between models until the temperature is back at its start.'),
  timeoutSeconds: z
    .number()
    .positive()
    .default(120)
    .describe('A model that does not answer for so long is given up.'),
})

/** What of ours stands beside a column of a published table. */
export const counterpartSchema = z.strictObject({
  quantity: z
    .enum(['mean-ms', 'median-ms', 'max-ms', 'score', 'top1', 'size-bytes'])
    .describe('A time of the steady state, the first class and its score, a share of pictures, or the size.'),
  image: z
    .string()
    .optional()
    .describe("A picture's name without directory and ending: of times and scores that are of it alone."),
})

/** Which published table a suite is about. */
export const publishedSchema = z.strictObject({
  title: z.string(),
  source: z.string().optional(),
  columns: z.array(z.string()).min(1),
  ours: z
    .array(counterpartSchema.nullable())
    .optional()
    .describe('Of each column, what of ours stands beside it; nothing where null or missing.'),
  rows: z.array(
    z.strictObject({
      model: z.string(),
      /** One cell a column: milliseconds, scores, or words. */
      cells: z.array(z.union([z.number(), z.string(), z.null()])),
    }),
  ),
})

/** What a ratio is to be at least or at most. `pnpm bench` fails where it is not. */
export const barSchema = z
  .strictObject({
    case: z
      .string()
      .describe('Id of the case that the ratio is of: times as long as what it is compared with.'),
    most: z.number().positive().optional(),
    least: z.number().positive().optional(),
    by: z
      .enum(['interval', 'value'])
      .default('interval')
      .describe('Whether all of the interval has to be on the right side, or the ratio.'),
  })
  .refine(({ most, least }) => (most === undefined) !== (least === undefined), {
    message: 'a bar says either `most` or `least`',
  })

export const suiteModelSchema = z.strictObject({
  id: identifier.describe('What tables call it; unique in the suite.'),
  file: z.string().describe('Path, relative to the suite, or `models:NAME` for one that set-up makes.'),
  /** Where given, only these instead of the suite's. */
  backends: z.array(backend).min(1).optional(),
  threads: z.array(positive).min(1).optional(),
  randomWeights: z
    .boolean()
    .default(false)
    .describe('Weights are random: time means something, accuracy does not.'),
  options: z.record(z.string(), z.json()).optional().describe("What the backend's own kind understands."),
})

/** A suite: models × backends × threads × batch × precision × scenario on pictures. */
export const suiteSchema = z.strictObject({
  $schema: z.string().optional(),
  name: identifier,
  title: z.string().describe('One line for people.'),
  description: z.string().optional(),
  models: z
    .array(suiteModelSchema)
    .describe('May be empty for a suite that takes models from the command line.'),
  /** A directory, a list of files, or `photographs:NAME` for some that set-up fetches. */
  images: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Directory or files, relative to the suite, or `photographs:NAME`.'),
  labels: z
    .string()
    .optional()
    .describe(
      'File, relative to the suite, with one line a picture: its name, a tab, and the index of its class.',
    ),
  backends: z.array(backend).min(1).default(['tflite']),
  threads: z.array(positive).min(1).default([1]),
  batches: z.array(positive).min(1).default([1]),
  precisions: z.array(z.string()).min(1).optional(),
  scenarios: z.array(z.enum(scenarioNames)).min(1).default(['single-stream']),
  endToEnd: z.boolean().default(false).describe('Whether decoding and preprocessing are part of a run.'),
  requires: z
    .array(z.enum(['gpu']))
    .default([])
    .describe('What it is skipped without.'),
  baseline: z
    .string()
    .optional()
    .describe(
      'Id of the model that others are compared with, default: the first; or of one case, which all others are then compared with.',
    ),
  bars: z.array(barSchema).default([]),
  measure: measureSchema.prefault({}),
  published: z.array(publishedSchema).default([]),
})

export type Suite = z.infer<typeof suiteSchema>
export type SuiteModel = z.infer<typeof suiteModelSchema>
export type Measure = z.infer<typeof measureSchema>
export type Bar = z.infer<typeof barSchema>
export type Published = z.infer<typeof publishedSchema>
export type Counterpart = z.infer<typeof counterpartSchema>
export type ScenarioName = (typeof scenarioNames)[number]
