import { EdgeError } from '@edge/errors'
import type { BackendOpenOptions } from '../backend.js'
import type { TensorRtOptions } from './options.js'

/** What only building an engine has a use for. */
const OF_BUILDING: readonly (keyof TensorRtOptions)[] = [
  'tf32',
  'workspaceBytes',
  'optimizationLevel',
  'profiles',
  'versionCompatible',
  'hardwareCompatibility',
  'calibration',
]

/**
 * Refuses what an engine cannot be any more: it would be silently ignored.
 *
 * @throws EdgeError `INVALID_ARGUMENT`, naming the option.
 */
export function checkOptionsOfEngine({
  precision,
  tensorrt = {},
}: Pick<BackendOpenOptions, 'precision' | 'tensorrt'>): void {
  const given = [
    // Of one that is to be refitted it says how weights are to be cast.
    ...(precision === undefined || tensorrt.refittable === true ? [] : ['precision']),
    ...OF_BUILDING.filter((name) => tensorrt[name] !== undefined).map((name) => `tensorrt.${name}`),
  ]
  const [first] = given
  if (first === undefined) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `an engine is built already, and the option ${first} is for building one`,
    expected: `an .onnx model, or no option ${first}`,
    found: given.join(', '),
    remedy: `Leave out the option ${first}, or build another engine of the .onnx model with it.`,
  })
}
