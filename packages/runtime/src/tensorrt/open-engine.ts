import { EdgeError } from '@edge/errors'
import { fromAddon } from '@edge/native'
import type { BackendOpenOptions } from '../backend.js'
import type { ModelSource } from '../model-source.js'
import type { RefusedEngine } from './engine-cache.js'
import { engineOf, type OpenedEngine } from './engine-source.js'
import type { EngineTarget } from './new-engine.js'

/** An engine, and what was made of it. */
export interface EngineInUse<Session> {
  readonly engine: Pick<OpenedEngine, 'details'>
  readonly session: Session
}

/**
 * Opens the engine of a model. One out of the cache that TensorRT does not take is built again, once: who gave an .onnx model cannot
 * do anything else about it.
 *
 * @param open - rejects with the addon's error.
 * @throws EdgeError as `engineOf`; as `open`.
 */
export async function openEngine<Session>(
  model: ModelSource,
  target: EngineTarget,
  options: BackendOpenOptions,
  open: (engine: OpenedEngine) => Promise<Session>,
): Promise<EngineInUse<Session>> {
  // In a function of its own, so that the engine that is of no use is not in memory while the next one is built.
  const first = await attempt(await engineOf(model, target, options), options, open)
  if ('session' in first) return first
  const engine = await engineOf(model, target, options, first)
  return { engine, session: await open(engine) }
}

async function attempt<Session>(
  engine: OpenedEngine,
  options: BackendOpenOptions,
  open: (engine: OpenedEngine) => Promise<Session>,
): Promise<EngineInUse<Session> | RefusedEngine> {
  try {
    return { engine, session: await open(engine) }
  } catch (error) {
    const { origin, planSha256 } = engine
    const failure = fromAddon(error)
    const isKept = origin === 'cache' && planSha256 !== undefined
    if (!isKept || !(failure instanceof EdgeError) || !isMendedByBuilding(failure, options)) throw failure
    const said = [failure.summary, ...(failure.found === undefined ? [] : [failure.found])].join(': ')
    return { planSha256, why: `the one in the cache was refused: ${said}` }
  }
}

function isMendedByBuilding({ code }: EdgeError, { tensorrt = {} }: BackendOpenOptions): boolean {
  // Whoever forbids the code that the engine was asked to have gets the same engine again.
  if (tensorrt.versionCompatible === true && tensorrt.allowHostCode === false) return false
  return code === 'ENGINE_INCOMPATIBLE' || code === 'MODEL_INVALID'
}
