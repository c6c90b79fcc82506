export * from '@edge/classify'
export { EdgeError, type EdgeErrorOptions, ERROR_CODES, type ErrorCode, isErrorCode } from '@edge/errors'
export * from '@edge/image'
export * from '@edge/runtime'
