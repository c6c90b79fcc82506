/**
 * The validator of .tflite files alone, for programs that are to start fast: nothing that writes is loaded with it.
 *
 * @module @edge/model/tflite/validate
 */

export { type ValidateOptions, validateTflite } from './validate.js'
