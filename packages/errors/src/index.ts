export { abortError, throwIfAborted } from './abort.js'
export { ERROR_CODES, type ErrorCode, isErrorCode } from './codes.js'
export { EdgeError, type EdgeErrorOptions } from './edge-error.js'
