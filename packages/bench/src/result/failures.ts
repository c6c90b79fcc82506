import type { ModelResult, ResultFile } from './schema.js'

/** Codes of warnings that are failures: something was to be measured or read, and could not be. */
export const FAILURES = {
  /** A picture that cannot be decoded. */
  pictures: 'pictures-left-out',
  /** A sensor that is there, and does not answer. */
  sensors: 'sensors-failed',
} as const

type Warning = ModelResult['warnings'][number]

/** Warnings of a result that are failures of a kind. */
export function failuresOf({ warnings }: ModelResult, kind: keyof typeof FAILURES): readonly Warning[] {
  return warnings.filter(({ code }) => code === FAILURES[kind])
}

/**
 * Whether anything of a run failed: a model, a picture, a sensor. What was skipped has not failed, nor a sensor that is not there or that
 * only root may read; and figures that are not to be believed are no failure either.
 */
export function hasFailures({ models }: Pick<ResultFile, 'models'>): boolean {
  return models.some(
    (model) =>
      model.error !== undefined ||
      failuresOf(model, 'pictures').length > 0 ||
      failuresOf(model, 'sensors').length > 0,
  )
}
