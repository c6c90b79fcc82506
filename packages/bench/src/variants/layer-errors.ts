import type { ComparedModel } from './compared-model.js'
import { noiseBefore } from './error-growth.js'
import { type ErrorMeasures, ErrorSums } from './error-sums.js'
import { ExposedRun, type LayerSource } from './exposed-run.js'
import type { Layer } from './layers.js'
import { type LayerPair, type LonelyLayer, matchLayers } from './match-layers.js'
import { channelsLast, type RealValues } from './real-values.js'

/** How far a layer's result is from that of the same layer of the first model, over all pictures. */
export interface LayerError extends ErrorMeasures {
  /** Of the tensor that the layer ends with, in the variant. */
  readonly name: string
  /** What the first model calls it, where that is something else. */
  readonly firstName?: string
  /** As the variant's format calls it: `CONV_2D`. */
  readonly operator: string
  readonly shape: readonly number[]
  /** How it is known to be the same layer. */
  readonly by: LayerPair['by']
  /** The largest `noiseShare` of what goes into it; 0 where that is the model's input. */
  readonly noiseBefore: number
}

/** A layer that was not compared. */
export interface UncomparedLayer {
  readonly name: string
  readonly operator: string
  readonly reason: string
}

/** Two models' insides compared, layer by layer. */
export interface LayerErrors {
  /** How many pictures went through both. */
  readonly pictures: number
  /** In the order in which the first model runs them. */
  readonly layers: readonly LayerError[]
  /** The first model's layers, and the variant's, without one to compare them with. */
  readonly uncompared: {
    readonly first: readonly UncomparedLayer[]
    readonly variant: readonly UncomparedLayer[]
  }
}

export interface LayerErrorOptions {
  readonly pictures: readonly string[]
  readonly signal?: AbortSignal | undefined
  /** Is told how many of how many runs of pictures are done. */
  readonly onProgress?: (done: number, of: number) => void
}

/** Runtimes slow down with more outputs, and `exposeTensors` refuses them. */
const MOST_AT_A_TIME = 64
/** Of the results of both models that are in memory at a time. */
const MOST_BYTES = 96 * 1024 * 1024

/**
 * Brings pictures through two models and compares what their layers compute.
 *
 * As many layers at a time as are allowed are made outputs of a copy of each model, so that most models are loaded once.
 *
 * @throws EdgeError `IMAGE_INVALID` and the like for a picture that cannot be decoded, and what opening and running models throws.
 */
export async function compareLayers(
  first: LayerSource,
  variant: LayerSource,
  { pictures, signal, onProgress }: LayerErrorOptions,
): Promise<LayerErrors> {
  const isMixed = first.model.format !== variant.model.format
  const shapeOf =
    ({ model }: LayerSource) =>
    (layer: Layer) =>
      comparableShape(model, layer, isMixed)
  const match = matchLayers(first.model.layers, variant.model.layers, {
    first: shapeOf(first),
    other: shapeOf(variant),
  })
  const portions = inPortions(match.pairs, first.model, variant.model)
  const measured = new Map<LayerPair, ErrorMeasures | string>()
  let done = 0
  const runs = portions.length * pictures.length
  for (const pairs of portions) {
    const found = await portionErrors(first, variant, pairs, {
      pictures,
      signal,
      isMixed,
      onPicture: () => {
        done += 1
        onProgress?.(done, runs)
      },
    })
    for (const [index, pair] of pairs.entries()) measured.set(pair, found[index] ?? '')
  }
  return described(first.model, variant.model, match, measured, pictures.length)
}

interface PortionOptions {
  readonly pictures: readonly string[]
  readonly signal: AbortSignal | undefined
  readonly isMixed: boolean
  readonly onPicture: () => void
}

/** Of each pair the errors, or why there are none. */
async function portionErrors(
  first: LayerSource,
  variant: LayerSource,
  pairs: readonly LayerPair[],
  { pictures, signal, isMixed, onPicture }: PortionOptions,
): Promise<readonly (ErrorMeasures | string)[]> {
  const sums = pairs.map(() => new ErrorSums())
  const reasons = new Map<number, string>()
  const one = await ExposedRun.open(
    first,
    pairs.map((pair) => first.model.layers[pair.first]).filter(isThere),
  )
  try {
    const other = await ExposedRun.open(
      variant,
      pairs.map((pair) => variant.model.layers[pair.other]).filter(isThere),
    )
    try {
      for (const picture of pictures) {
        await Promise.all([one.run(picture, signal), other.run(picture, signal)])
        for (const [index, sum] of sums.entries()) {
          const values = valuesOf(one, index, first, isMixed)
          const others = valuesOf(other, index, variant, isMixed)
          if (values.length === others.length) sum.add(values, others)
          // Of shapes that only a run tells.
          else reasons.set(index, `it had ${others.length} values where the first had ${values.length}`)
        }
        onPicture()
      }
    } finally {
      await other.dispose()
    }
  } finally {
    await one.dispose()
  }
  return sums.map(({ measures }, index) => reasons.get(index) ?? measures)
}

function valuesOf(run: ExposedRun, layer: number, { model }: LayerSource, isMixed: boolean): RealValues {
  const { values, shape } = run.result(layer)
  return isMixed && model.format === 'onnx' && shape.length === 4 ? channelsLast(values, shape) : values
}

/** A shape without the dimensions that are 1, and in TensorFlow's order of them where formats differ. */
function comparableShape(model: ComparedModel, layer: Layer, isMixed: boolean): string | undefined {
  const shape = model.factsOf(layer)?.shape
  if (shape === undefined) return undefined
  const [n = 1, c = 1, h = 1, w = 1] = shape
  const ordered = isMixed && model.format === 'onnx' && shape.length === 4 ? [n, h, w, c] : shape
  return ordered.filter((size) => size !== 1).join('×')
}

/** Pairs in portions whose results fit into memory together. */
function inPortions(
  pairs: readonly LayerPair[],
  first: ComparedModel,
  variant: ComparedModel,
): readonly (readonly LayerPair[])[] {
  const portions: LayerPair[][] = []
  let bytes = 0
  for (const pair of pairs) {
    const its = bytesOf(first, pair.first) + bytesOf(variant, pair.other)
    const portion = portions.at(-1)
    if (portion === undefined || portion.length === MOST_AT_A_TIME || bytes + its > MOST_BYTES) {
      portions.push([pair])
      bytes = its
    } else {
      portion.push(pair)
      bytes += its
    }
  }
  return portions
}

function bytesOf(model: ComparedModel, index: number): number {
  const layer = model.layers[index]
  return (layer && model.factsOf(layer)?.bytes) ?? 0
}

function described(
  first: ComparedModel,
  variant: ComparedModel,
  match: ReturnType<typeof matchLayers>,
  measured: ReadonlyMap<LayerPair, ErrorMeasures | string>,
  pictures: number,
): LayerErrors {
  const noises = new Map<number, number>()
  const others: LonelyLayer[] = [...match.onlyOther]
  for (const [{ first: layer, other }, errors] of measured) {
    if (typeof errors === 'string') others.push({ layer: other, reason: errors })
    else noises.set(layer, errors.noiseShare)
  }
  const before = noiseBefore(first.layers, noises)
  const layers = match.pairs.flatMap((pair): LayerError[] => {
    const [ours, theirs, errors] = [first.layers[pair.first], variant.layers[pair.other], measured.get(pair)]
    if (ours === undefined || theirs === undefined || typeof errors !== 'object') return []
    return [
      {
        name: theirs.name,
        ...(ours.name !== theirs.name && { firstName: ours.name }),
        operator: theirs.operator,
        shape: variant.factsOf(theirs)?.shape ?? [],
        by: pair.by,
        ...errors,
        noiseBefore: before[pair.first] ?? 0,
      },
    ]
  })
  return {
    pictures,
    layers,
    uncompared: {
      first: match.onlyFirst.map((one) => uncompared(first, one)),
      variant: others.map((one) => uncompared(variant, one)),
    },
  }
}

function uncompared({ layers }: ComparedModel, { layer, reason }: LonelyLayer): UncomparedLayer {
  const { name = '', operator = '' } = layers[layer] ?? {}
  return { name, operator, reason }
}

function isThere(layer: Layer | undefined): layer is Layer {
  return layer !== undefined
}
