import type { ProfileShape, TensorInfo } from '@edge/native'
import type { TensorRtOptions } from './options.js'

/** How long dimensions are that a model leaves open where nobody says it: as in the onnxruntime backend. */
const OPEN_DIMENSION = 1

/** Whether somebody says which shapes an engine is to accept. */
export function hasProfiles({ profiles = [] }: TensorRtOptions): boolean {
  return profiles.length > 0
}

/**
 * The only profile of a model for which none was given: 1 for each dimension that it leaves open. TensorRT wants all of them.
 *
 * @returns no shapes for a model that leaves none open.
 */
export async function profileOfOnes(onnx: Uint8Array): Promise<readonly ProfileShape[]> {
  const { readOnnx } = await import('@edge/model/onnx')
  const { graph } = readOnnx(onnx)
  if (graph === undefined) return []
  // The first versions of the format list constants among the inputs.
  const constants = new Set(graph.initializer.map(({ name }) => name))
  return graph.input.flatMap(({ name = '', type }) => {
    const dims = constants.has(name) ? undefined : type?.tensorType?.shape?.dim
    const sizes = (dims ?? []).map(({ dimValue = -1n }) => Number(dimValue))
    if (sizes.every((size) => size >= 0)) return []
    const shape = sizes.map((size) => (size < 0 ? OPEN_DIMENSION : size))
    return [{ input: name, min: shape, opt: shape, max: shape }]
  })
}

/** One sentence without a full stop: which shapes that profile gave; undefined where it gave none. */
export function explainOnes(
  shapes: readonly { readonly name: string; readonly shape: readonly number[] }[],
): string | undefined {
  if (shapes.length === 0) return undefined
  const list = shapes.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  return `${list}: 1 for each dimension that the model leaves open, since no profiles say otherwise`
}

/** The same of an engine that was built so, now or earlier. */
export function shapesOfOnes(inputs: readonly TensorInfo[], options: TensorRtOptions): string | undefined {
  if (hasProfiles(options)) return undefined
  return explainOnes(inputs.filter(({ shapeSignature = [] }) => shapeSignature.includes(-1)))
}
