import type { Random } from '../statistics/random.js'
import type { Ran, RunRequest } from '../subject/protocol.js'
import type { ScenarioName } from '../suite/schema.js'

// After MLPerf Inference's rules (https://github.com/mlcommons/inference_policies), shortened: as many queries as a suite asks for, not ten
// minutes. test/golden/loadgen holds them against MLPerf's own load generator.
const QUERY_SIZE = 8
const OFFLINE_IN_FLIGHT = 16
const SERVER_IN_FLIGHT = 16
/** Which part of what it can do a server is asked for. */
const SERVER_LOAD = 0.7
// What a clock may say of a run is nothing; events cannot be nothing apart.
const SHORTEST_MS = 1e-3

/** What counts as one sample, and how the runs of a turn are asked for. */
export interface Scenario {
  /** Runs that make one sample: 8 of a query of multi-stream, else 1. */
  readonly runsPerSample: number
  /** Whether samples are under way at the same time: a turn then takes less than they do together. */
  readonly overlapping: boolean
  /** Whether it is inferences a second that it asks for; single-stream's are but its mean latency put otherwise. */
  readonly tellsThroughput: boolean
  /** Whether a sample's time tells something by itself; offline's only say when in its turn it came. */
  readonly tellsLatency: boolean
  /** By how much a sample makes a turn longer, for all that is known before the first. */
  sampleMs(runMs: number): number
  /**
   * One turn's runs.
   *
   * @param images - which picture each run is of.
   * @param random - for the arrivals.
   * @param latencyMs - what one run took so far, which the arrivals of a server are made from.
   */
  request(images: readonly number[], random: Random, latencyMs: number): Omit<RunRequest, 'ask'>
  /** The samples of an answer: latency of each, and when it began by the subject's clock. */
  samples(ran: Ran): readonly ScenarioSample[]
}

/** One sample, of which `run` is the first. */
export interface ScenarioSample {
  readonly ms: number
  readonly beginMs: number
  readonly run: number
}

const each = (ran: Ran): readonly ScenarioSample[] =>
  ran.samplesMs.map((ms, run) => ({ ms, beginMs: ran.beginsMs[run] ?? 0, run }))

/** How each scenario asks and counts. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  /** One after another; a sample is one inference. */
  'single-stream': {
    runsPerSample: 1,
    overlapping: false,
    tellsThroughput: false,
    tellsLatency: true,
    sampleMs: (runMs) => runMs,
    request: (images) => ({ images: [...images], inFlight: 1 }),
    samples: each,
  },
  /** Queries of 8 pictures, one query after another; a sample is a query, from its begin to the end of its last picture. */
  'multi-stream': {
    runsPerSample: QUERY_SIZE,
    overlapping: false,
    tellsThroughput: true,
    tellsLatency: true,
    sampleMs: (runMs) => QUERY_SIZE * runMs,
    request: (images) => ({ images: [...images], inFlight: QUERY_SIZE }),
    samples: (ran) => {
      const queries: ScenarioSample[] = []
      for (let first = 0; first < ran.samplesMs.length; first += QUERY_SIZE) {
        const ms = Math.max(...ran.samplesMs.slice(first, first + QUERY_SIZE))
        queries.push({ ms, beginMs: ran.beginsMs[first] ?? 0, run: first })
      }
      return queries
    },
  },
  /** All at once, so many in flight as the runtime may want; what counts is the throughput. */
  offline: {
    runsPerSample: 1,
    overlapping: true,
    tellsThroughput: true,
    tellsLatency: false,
    sampleMs: (runMs) => runMs,
    request: (images) => ({
      images: [...images],
      inFlight: OFFLINE_IN_FLIGHT,
      arrivalsMs: images.map(() => 0),
    }),
    samples: each,
  },
  /** A Poisson process at 70 % of what single runs allow; latency counts from the scheduled arrival. */
  server: {
    runsPerSample: 1,
    overlapping: true,
    tellsThroughput: true,
    tellsLatency: true,
    sampleMs: (runMs) => runMs / SERVER_LOAD,
    request: (images, random, latencyMs) => {
      // The first comes at once: a turn has no time in which nothing is asked of it.
      let at = 0
      const arrivalsMs = images.map((_, index) => {
        if (index > 0) at += random.exponential(Math.max(latencyMs, SHORTEST_MS) / SERVER_LOAD)
        return at
      })
      return { images: [...images], inFlight: SERVER_IN_FLIGHT, arrivalsMs }
    },
    samples: each,
  },
}
