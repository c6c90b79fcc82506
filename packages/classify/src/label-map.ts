import { EdgeError } from '@edge/errors'

/** Names each class of a model. */
export type LabelMap = (index: number) => string

/**
 * Puts labels and classes together: class `i` is `labels[i + offset]`.
 *
 * - Offset 0: as many labels as classes.
 * - Offset 1: one label more, and the first is for nothing that the model returns (a "background" that only the list has).
 * - Offset −1: one label fewer, and class 0 (a "background" that only the model has) is without a name.
 *
 * A class without a name is called `class` and its number.
 *
 * @param labels - undefined where there are none.
 * @throws EdgeError `LABELS_MISMATCH` where the numbers do not fit, which names an offset that would mend it; `INVALID_ARGUMENT`
 *   for an offset that is not a whole number.
 */
export function mapLabels(
  labels: readonly string[] | undefined,
  classCount: number,
  offset: number,
): LabelMap {
  if (!Number.isSafeInteger(offset)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the option labelOffset is out of range',
      expected: 'a whole number, such as 0, 1 or −1',
      found: String(offset),
    })
  }
  if (labels !== undefined && labels.length !== classCount + offset) {
    throw new EdgeError('LABELS_MISMATCH', {
      summary: 'the labels do not fit the model',
      expected: `${classCount + offset} labels for ${classCount} classes${offset === 0 ? '' : ` and labelOffset ${offset}`}`,
      found: String(labels.length),
      remedy: remedyFor(labels, classCount),
    })
  }
  return (index) => labels?.[index + offset] ?? `class ${index}`
}

function remedyFor(labels: readonly string[], classCount: number): string {
  const difference = labels.length - classCount
  if (difference === 0) return 'Leave labelOffset at 0.'
  if (difference === 1) {
    return `The list is off by one: if its first label, ${JSON.stringify(labels[0])}, is for a background class that the model does not have, set labelOffset: 1 (edge-trt: --label-offset 1).`
  }
  if (difference === -1) {
    return `The list is off by one: if class 0 of the model is a background class that the list leaves out, set labelOffset: -1 (edge-trt: --label-offset -1).`
  }
  return 'Use the labels that the model was trained with.'
}
