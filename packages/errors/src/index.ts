export { abortError, checkSignal, throwIfAborted } from './abort.js'
export { ERROR_CODES, type ErrorCode, isErrorCode } from './codes.js'
export { EdgeError, type EdgeErrorOptions } from './edge-error.js'
export { checkOptionNames, type NamesOf, pickOptions } from './options.js'
