import { calibrationBatches } from '@edge/classify'
import type { PresetName } from '@edge/image'
import type { CalibrationBatch } from '@edge/runtime'
import { namedPictures } from './picture-set.js'

/** What int8 ranges are found from. */
export interface CalibrationPictures {
  /** Path of the .onnx model. */
  readonly model: string
  /** A directory of pictures, or a picture. */
  readonly pictures: string
  readonly preset: PresetName | undefined
  /** The shape that the engine is to be fastest for, where the model leaves dimensions open. */
  readonly shape: readonly number[] | undefined
  /** Is told how many pictures are in the batches so far. */
  readonly used: (pictures: number) => void
  readonly signal: AbortSignal
}

/**
 * Batches of a model's only input.
 *
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, and as `calibrationBatches`.
 */
export async function* batchesOfPictures(wanted: CalibrationPictures): AsyncGenerator<CalibrationBatch> {
  const { model, pictures, preset, shape, used, signal } = wanted
  const paths = await namedPictures([pictures])
  let read = 0
  function* counted() {
    for (const path of paths) {
      read += 1
      yield path
    }
  }
  const options = { signal, ...(preset !== undefined && { preset }), ...(shape !== undefined && { shape }) }
  for await (const batch of calibrationBatches(model, counted(), options)) {
    used(read)
    yield batch
  }
}
