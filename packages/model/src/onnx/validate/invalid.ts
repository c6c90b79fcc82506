import { EdgeError } from '@edge/errors'

/** The error for a place in a model that breaks a rule. */
export function invalid(
  place: string,
  rule: string,
  expected: string,
  found: string,
  remedy?: string,
): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: `the ONNX model is invalid at ${place}: ${rule}`,
    expected,
    found,
    remedy: remedy ?? 'Export the model again; onnx.checker says more about it.',
  })
}

/** A name as messages show it. */
export function quote(name: string | undefined): string {
  return name === undefined ? 'no name' : JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}…` : name)
}
