/**
 * `EdgeError`, and the one list of its codes. `@edge/trt` exports what applications need of it.
 *
 * @module @edge/errors
 */

export { abortError, checkSignal, throwIfAborted } from './abort.js'
export { ERROR_CODES, type ErrorCode, isErrorCode } from './codes.js'
export { EdgeError, type EdgeErrorOptions } from './edge-error.js'
export { editDistance } from './edit-distance.js'
export {
  checkOptionNames,
  type NamesOf,
  optionOutOfRange,
  pickOptions,
  wholeNumberOption,
} from './options.js'
