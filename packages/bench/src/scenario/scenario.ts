import type { Random } from '../statistics/random.js'
import type { Ran, RunRequest } from '../subject/protocol.js'
import type { ScenarioName } from '../suite/schema.js'

// After MLPerf Inference's rules (https://github.com/mlcommons/inference_policies), shortened: as many queries as a suite asks for, not ten minutes.
const QUERY_SIZE = 8
const OFFLINE_IN_FLIGHT = 16
const SERVER_IN_FLIGHT = 16
/** Which part of what it can do a server is asked for. */
const SERVER_LOAD = 0.7

/** What counts as one sample, and how the runs of a turn are asked for. */
export interface Scenario {
  /** Runs that make one sample: 8 of a query of multi-stream, else 1. */
  readonly runsPerSample: number
  /**
   * One turn's runs.
   *
   * @param images - which picture each run is of.
   * @param latencyMs - what one run took so far, which the arrivals of a server are made from.
   */
  request(images: readonly number[], random: Random, latencyMs: number): Omit<RunRequest, 'ask'>
  /** The samples of an answer: latency of each, and when it began by the subject's clock. */
  samples(ran: Ran): readonly { readonly ms: number; readonly beginMs: number; readonly run: number }[]
}

const each = (ran: Ran): ReturnType<Scenario['samples']> =>
  ran.samplesMs.map((ms, run) => ({ ms, beginMs: ran.beginsMs[run] ?? 0, run }))

/** How each scenario asks and counts. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  /** One after another; a sample is one inference. */
  'single-stream': {
    runsPerSample: 1,
    request: (images) => ({ images: [...images], inFlight: 1 }),
    samples: each,
  },
  /** Queries of 8 pictures, one query after another; a sample is a query, from its begin to the end of its last picture. */
  'multi-stream': {
    runsPerSample: QUERY_SIZE,
    request: (images) => ({ images: [...images], inFlight: QUERY_SIZE }),
    samples: (ran) => {
      const queries: { ms: number; beginMs: number; run: number }[] = []
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
    request: (images, random, latencyMs) => {
      let at = 0
      const arrivalsMs = images.map(() => {
        at += random.exponential(latencyMs / SERVER_LOAD)
        return at
      })
      return { images: [...images], inFlight: SERVER_IN_FLIGHT, arrivalsMs }
    },
    samples: each,
  },
}
