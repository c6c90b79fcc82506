export { type ValidateOptions, validateTflite } from './validate.js'
