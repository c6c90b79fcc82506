import { readdir } from 'node:fs/promises'
import { type Palette, paletteFor, printable } from '@edge/bench/text'
import { EdgeError } from '@edge/errors'
import { readFileBounded } from '@edge/model'
import {
  type CachedEngine,
  type DamagedEngine,
  defaultCacheDirectory,
  EngineCache,
  wantedEngine,
} from '@edge/runtime/engines'
import { engineOptions, readEngineFlags } from './engine-flags.js'
import { enginesText, freedText } from './engines-text.js'
import { EXIT } from './exit-code.js'
import { failureText, toFailure, UsageError } from './failure.js'
import { type Flags, text } from './flags.js'

/** Thousands of times what TensorRT writes for a network. */
const MOST_CALIBRATION_BYTES = 64 * 1024 * 1024

/**
 * `edge-trt engines list`.
 *
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function enginesListCommand(flags: Flags): Promise<number> {
  const directory = directoryOf(flags)
  return await answer(flags, directory, async (palette) => {
    const cache = new EngineCache(directory)
    const { engines, damaged } = sorted(await cache.list())
    const timings = await cache.timings()
    return {
      document: { directory, engines: engines.map(engineDocument), damaged, timings },
      words: enginesText(directory, { engines, damaged, timings }, palette),
    }
  })
}

/**
 * `edge-trt engines clear`.
 *
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function enginesClearCommand(flags: Flags): Promise<number> {
  const directory = directoryOf(flags)
  const model = text(flags, 'model')
  if (model !== undefined && flags.damaged === true) {
    throw new UsageError('--model and --damaged exclude each other: of a damaged file the model is not known')
  }
  return await answer(flags, directory, async () => {
    await refuseOther(directory)
    const freed = await new EngineCache(directory).clear(chosenEngines(model, flags.damaged === true))
    return { document: { directory, ...freed }, words: freedText(freed) }
  })
}

/**
 * `edge-trt engines why`.
 *
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function enginesWhyCommand(model: string, flags: Flags): Promise<number> {
  const directory = directoryOf(flags)
  const options = engineOptions(readEngineFlags(flags))
  const ranges = text(flags, 'calibrationCache')
  return await answer(flags, model, async () => {
    const calibration = ranges === undefined ? undefined : { cache: await readCalibration(ranges) }
    const tensorrt = { ...options.tensorrt, ...(calibration !== undefined && { calibration }) }
    const facts = await wantedEngine(model, { ...options, tensorrt })
    const why = (await new EngineCache(directory).why(facts)) ?? null
    const sentence = why === null ? 'The engine is in the cache.' : `The engine would be built: ${why}.`
    return {
      document: { model, directory, cached: why === null, why, wanted: facts ?? null },
      words: `${sentence}\n`,
    }
  })
}

// Engines, locks and measured times, and what was being written.
const OF_CACHE = /^(?:[0-9a-f]{64}\.|\.[0-9a-f-]{36}\.tmp$)/

/** A path that is no cache was most likely meant otherwise. */
async function refuseOther(directory: string): Promise<void> {
  let found: string | undefined
  try {
    const names = await readdir(directory)
    if (names.length > 0 && !names.some((name) => OF_CACHE.test(name))) found = 'a directory of other files'
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    // Without a directory there is nothing to clear.
    if (code === 'ENOENT') return
    found = code === 'ENOTDIR' ? 'a file' : String(error)
  }
  if (found === undefined) return
  throw new EdgeError('FILE_UNREADABLE', {
    summary: `${directory} is no cache of engines`,
    expected: 'the directory that engines are kept in',
    found,
    remedy: 'Leave out --cache for the default one, or check EDGE_ENGINE_CACHE.',
  })
}

/** @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`. */
export async function readCalibration(path: string): Promise<Uint8Array> {
  const limits = {
    what: 'calibration cache',
    maxBytes: MOST_CALIBRATION_BYTES,
    tooLarge: 'FILE_UNREADABLE',
  } as const
  const ranges = await readFileBounded(path, limits)
  if (ranges.byteLength > 0) return ranges
  throw new EdgeError('FILE_UNREADABLE', {
    summary: `the calibration cache ${path} is empty`,
    expected: 'the ranges that an earlier calibration found',
    found: 'no bytes',
    remedy: 'Delete it, and calibrate anew: edge-trt build --calibrate.',
  })
}

/** Undefined is all there is: the times that builds measured are of no one model. */
function chosenEngines(
  model: string | undefined,
  damaged: boolean,
): ((entry: CachedEngine | DamagedEngine) => boolean) | undefined {
  if (damaged) return (entry) => 'problem' in entry
  if (model === undefined) return undefined
  return (entry) => 'modelName' in entry && entry.modelName === model
}

interface Answer {
  readonly document: object
  /** The same for people. */
  readonly words: string
}

async function answer(
  flags: Flags,
  subject: string,
  find: (palette: Palette) => Promise<Answer>,
): Promise<number> {
  const json = flags.json === true
  try {
    const { document, words } = await find(paletteFor(process.stdout))
    process.stdout.write(json ? `${JSON.stringify({ ...document, errors: [] }, null, 2)}\n` : words)
    return EXIT.ok
  } catch (error) {
    if (error instanceof UsageError) throw error
    const failure = toFailure(printable(subject), error)
    process.stderr.write(failureText(failure, error))
    if (json) process.stdout.write(`${JSON.stringify({ errors: [failure] }, null, 2)}\n`)
    return EXIT.failed
  }
}

function directoryOf(flags: Flags): string {
  return text(flags, 'cache') ?? defaultCacheDirectory()
}

function sorted(entries: readonly (CachedEngine | DamagedEngine)[]): {
  readonly engines: readonly CachedEngine[]
  readonly damaged: readonly DamagedEngine[]
} {
  return {
    engines: entries.filter((entry) => 'facts' in entry),
    damaged: entries.filter((entry) => 'problem' in entry),
  }
}

function engineDocument({ path, bytes, modelName, builtAt, buildMs, facts }: CachedEngine): object {
  return { path, bytes, model: modelName, builtAt, buildMs, facts }
}
