import { EdgeError } from '@edge/errors'
import { type TfliteModel, validateTflite, writeTflite } from '../../src/tflite/index.js'

/** What is wrong with a model; undefined where nothing is. */
export function fault(model: TfliteModel): EdgeError | undefined {
  try {
    validateTflite(writeTflite(model), { source: 'm.tflite' })
    return undefined
  } catch (error) {
    if (error instanceof EdgeError) return error
    throw error
  }
}
