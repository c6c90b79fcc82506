import { EdgeError } from '@edge/errors'
import { describe } from '../arguments.js'
import { type Check, FieldError, fieldPath, listOf, number, object, oneOf, refine, show } from '../checks.js'
import type { TfliteModel, TfliteTensor } from '../tflite/model.js'
import type { ModelMetadata } from './metadata.js'

/** More than any model has of channels, classes or tensors. */
const MAX_ENTRIES = 1_000_000

const anyText: Check<string> = (value, path) => {
  if (typeof value === 'string') return value
  throw new FieldError(path, 'text', show(value))
}

// They are stored as 32-bit floats.
const finite = number('a number that float32 holds', (value) => Number.isFinite(Math.fround(value)))
const positive = number('a number above 0 that float32 holds', (value) => {
  const stored = Math.fround(value)
  return stored > 0 && Number.isFinite(stored)
})

/** Two lists of one length. */
function sameLength(first: string, second: string) {
  return (value: Readonly<Record<string, readonly number[]>>, path: string): void => {
    const [a, b] = [value[first] ?? [], value[second] ?? []]
    if (a.length !== b.length) {
      throw new FieldError(fieldPath(path, second), `a list of ${a.length}, as ${first}`, show(b))
    }
  }
}

const range = refine(
  object({ min: listOf(finite, 1, MAX_ENTRIES), max: listOf(finite, 1, MAX_ENTRIES) }, {}),
  sameLength('min', 'max'),
)

const normalization = refine(
  object({ mean: listOf(finite, 1, MAX_ENTRIES), std: listOf(positive, 1, MAX_ENTRIES) }, {}),
  sameLength('mean', 'std'),
)

const label: Check<string> = (value, path) => {
  // Readers of the format skip lines without text, and number all that follow one less.
  if (typeof value === 'string' && value.trim() !== '' && !/[\r\n]/.test(value)) return value
  throw new FieldError(path, 'a label with text and without line breaks', show(value))
}

const files: Check<ReadonlyMap<string, Uint8Array>> = (value, path) => {
  if (!(value instanceof Map)) throw new FieldError(path, 'a Map of names and bytes', describe(value))
  const checked = new Map<string, Uint8Array>()
  for (const [name, content] of new Map<unknown, unknown>(value)) {
    if (typeof name !== 'string' || name === '') throw new FieldError(path, 'names with text', show(name))
    if (!(content instanceof Uint8Array))
      throw new FieldError(`${path} ${JSON.stringify(name)}`, 'a Uint8Array', describe(content))
    checked.set(name, content)
  }
  return checked
}

const tensor = { name: anyText, description: anyText, range }

const metadata = object(
  {},
  {
    name: anyText,
    description: anyText,
    version: anyText,
    author: anyText,
    license: anyText,
    inputs: listOf(
      object({}, { ...tensor, normalization, colorSpace: oneOf('rgb', 'grayscale') }),
      0,
      MAX_ENTRIES,
    ),
    outputs: listOf(object({}, { ...tensor, labels: listOf(label, 1, MAX_ENTRIES) }), 0, MAX_ENTRIES),
    files,
  },
)

/**
 * Checks what is to be written as metadata, by itself and against the model's tensors.
 *
 * @throws EdgeError `INVALID_ARGUMENT`, naming the first field that is wrong.
 */
export function checkMetadata(value: unknown, model: TfliteModel): Partial<ModelMetadata> {
  try {
    const checked = metadata(value, '')
    checkSizes(checked, model)
    return checked
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the metadata cannot be written: ${error.path} is wrong`,
      expected: error.expected,
      found: error.found,
      remedy: 'Nothing was written.',
    })
  }
}

function checkSizes({ inputs = [], outputs = [] }: Partial<ModelMetadata>, { subgraphs }: TfliteModel): void {
  const graph = subgraphs?.[0]
  inputs.forEach(({ normalization: given }, at) => {
    const channels = innermost(graph?.tensors?.[graph.inputs?.[at] ?? -1])
    const length = given?.mean.length ?? 1
    if (length === 1 || channels === undefined || length === channels) return
    const expected = channels === 1 ? 'a list of 1' : `a list of 1 or ${channels}, one for each channel`
    throw new FieldError(`inputs[${at}].normalization.mean`, expected, show(given?.mean))
  })
  outputs.forEach(({ labels }, at) => {
    const classes = innermost(graph?.tensors?.[graph.outputs?.[at] ?? -1])
    if (labels === undefined || classes === undefined || labels.length === classes) return
    throw new FieldError(`outputs[${at}].labels`, `a list of ${classes}, one for each class`, show(labels))
  })
}

/** The size of a tensor's last dimension, undefined where the model leaves it open. */
function innermost(of: TfliteTensor | undefined): number | undefined {
  return of?.shapeSignature?.at(-1) === -1 ? undefined : of?.shape?.at(-1)
}
