import { describe, expect, it } from 'vitest'
import {
  readAssociatedFiles,
  readTflite,
  validateTflite,
  validateTfliteModel,
  writeTflite,
} from '../../src/tflite/index.js'
import { convolution, tinyModel } from './tiny-models.js'

const model = tinyModel(convolution)
const bytes = writeTflite(model)

describe('options', () => {
  const misspelt: object = { sauce: 'a.tflite' }

  it.each([
    ['readTflite', () => readTflite(bytes, misspelt)],
    ['validateTflite', () => validateTflite(bytes, misspelt)],
    ['validateTfliteModel', () => validateTfliteModel(model, misspelt)],
    ['readAssociatedFiles', () => readAssociatedFiles(bytes, misspelt)],
  ])('of %s that are misspelt are refused', (of, act) => {
    expect(act).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: `${of} has no option "sauce"` }),
    )
  })
})
