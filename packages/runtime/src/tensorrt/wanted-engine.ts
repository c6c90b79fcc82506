import { fromAddon } from '@edge/native'
import { checkedOnnx } from '../checked-onnx.js'
import type { ModelLike } from '../model-source.js'
import { type BuildEngineOptions, prepareBuild } from './build-engine.js'
import type { EngineFacts } from './engine-facts.js'
import { engineFacts, findTarget } from './engine-source.js'
import { tensorRtLibraries } from './libraries.js'
import { modelHash } from './model-hash.js'
import type { EngineTarget } from './new-engine.js'

/**
 * What the engine of a model would be made for, on this machine and with these options: what the engine cache goes by, and
 * `EngineCache.why` takes.
 *
 * @returns undefined where the engine would not be kept: its calibration has no name.
 * @throws EdgeError as `buildEngine`, without building anything.
 */
export async function wantedEngine(
  model: ModelLike,
  options: BuildEngineOptions = {},
): Promise<EngineFacts | undefined> {
  const { source, resolved } = await prepareBuild(model, options)
  let target: EngineTarget
  try {
    target = findTarget(tensorRtLibraries(resolved.libraryPath), resolved.tensorrt?.device ?? 0)
  } catch (error) {
    throw fromAddon(error)
  }
  const onnx = await checkedOnnx(source.content, source.name, resolved.validate)
  return engineFacts(await modelHash(onnx), target, resolved)
}
