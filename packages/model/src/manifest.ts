import { EdgeError } from '@edge/errors'
import {
  type Check,
  type Checked,
  FieldError,
  fieldPath,
  integer,
  listOf,
  number,
  object,
  oneOf,
  refine,
  show,
  text,
} from './checks.js'

/** The `manifestVersion` that this package reads. */
export const MANIFEST_VERSION = 1

const MAX_SIDE = 16384
const MAX_LABELS = 1_000_000

const resize = refine(
  object(
    { fit: oneOf('cover-crop', 'stretch') },
    {
      cropRatio: number('a number above 0, at most 1', (value) => value > 0 && value <= 1),
      kernel: oneOf('nearest', 'bilinear', 'bicubic', 'lanczos'),
    },
  ),
  ({ fit, cropRatio }, path) => {
    if (fit === 'stretch' && cropRatio !== undefined) {
      throw new FieldError(
        fieldPath(path, 'cropRatio'),
        'no cropRatio where fit is "stretch"',
        show(cropRatio),
      )
    }
  },
)

const input = refine(
  object(
    {},
    {
      width: integer(1, MAX_SIDE),
      height: integer(1, MAX_SIDE),
      layout: oneOf('NHWC', 'NCHW'),
      channels: oneOf('rgb', 'bgr', 'grey'),
      resize,
      mean: listOf(
        number('a number', () => true),
        1,
        3,
      ),
      std: listOf(
        number('a number above 0', (value) => value > 0),
        1,
        3,
      ),
    },
  ),
  ({ channels, mean, std }, path) => {
    if ((mean === undefined) !== (std === undefined)) {
      const missing = mean === undefined ? 'mean' : 'std'
      throw new FieldError(fieldPath(path, missing), 'both mean and std, or neither', show(undefined))
    }
    for (const [name, list] of [
      ['mean', mean],
      ['std', std],
    ] as const) {
      const allowed = channels === 'grey' ? [1] : [1, 3]
      if (list !== undefined && !allowed.includes(list.length)) {
        throw new FieldError(fieldPath(path, name), `a list of ${allowed.join(' or ')}`, show(list))
      }
    }
  },
)

const labelFile: Check<string> = (value, path) => {
  const name = text(1, 255)(value, path)
  const parts = name.split(/[/\\]/)
  // A manifest is data that comes with a model: it must not make this process read files elsewhere.
  if (name.includes('\\') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new FieldError(path, "a file name inside the manifest's directory", show(name))
  }
  return name
}

const inlineLabels = listOf(text(1, 500), 1, MAX_LABELS)
const labels: Check<string | readonly string[]> = (value, path) =>
  typeof value === 'string' ? labelFile(value, path) : inlineLabels(value, path)

const manifest = object(
  { manifestVersion: integer(MANIFEST_VERSION, MANIFEST_VERSION), name: text(1, 200) },
  {
    description: text(0, 2000),
    license: text(1, 200),
    files: listOf(text(1, 255), 1, 100),
    input,
    output: object({ kind: oneOf('logits', 'probabilities') }, {}),
    labels,
  },
)

/**
 * What a `model.json` says about the model beside it: how its input is made from a picture, what its output is, which classes it
 * knows. Every field of `input` may be left out; what is missing comes from the model's input tensor, or from options.
 *
 * - `input.mean`, `input.std`: per channel on the scale of 8-bit pixels, `value = (pixel − mean) / std`; one entry stands for all
 *   channels.
 * - `input.resize.cropRatio`: side of the crop over the short side of the resized picture.
 * - `files`: the models that the manifest speaks for, where it lies beside others.
 * - `labels`: the classes' names in order, or the file that has one a line.
 */
export type Manifest = Checked<typeof manifest>

/** The `input` part of a {@link Manifest}. */
export type ManifestInput = NonNullable<Manifest['input']>

/** The `output` part of a {@link Manifest}. */
export type ManifestOutput = NonNullable<Manifest['output']>

/**
 * Reads a manifest's bytes.
 *
 * @param content - UTF-8 encoded JSON.
 * @param source - what to call it in messages.
 * @throws EdgeError `MANIFEST_INVALID`, naming the first field that is wrong.
 *
 * @example
 * ```ts
 * const bytes = new TextEncoder().encode('{ "manifestVersion": 1, "name": "mobilenet" }')
 * parseManifest(bytes, 'model.json').name // "mobilenet"
 * ```
 */
export function parseManifest(content: Uint8Array, source: string): Manifest {
  const document = parseJson(content, source)
  checkVersion(document, source)
  try {
    return manifest(document, '')
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    throw new EdgeError('MANIFEST_INVALID', {
      summary: `the manifest ${source} is wrong at ${error.path}`,
      expected: error.expected,
      found: error.found,
      remedy: 'Mend the file, or move it away and give the options by hand.',
    })
  }
}

/**
 * Checks options that mean the same as the `input` part of a manifest. Fields that are undefined count as absent.
 *
 * @throws EdgeError `INVALID_ARGUMENT`, naming the first option that is wrong or unknown.
 */
export function checkInputOptions(options: unknown): ManifestInput {
  try {
    return input(options, '')
  } catch (error) {
    if (!(error instanceof FieldError)) throw error
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the option ${error.path} is wrong`,
      expected: error.expected,
      found: error.found,
    })
  }
}

function parseJson(content: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch (cause) {
    throw new EdgeError('MANIFEST_INVALID', {
      summary: `the manifest ${source} is not JSON`,
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Mend the file, or move it away and give the options by hand.',
      cause,
    })
  }
}

// Before anything else: a newer manifest's new fields would otherwise be reported as mistakes.
function checkVersion(document: unknown, source: string): void {
  if (typeof document !== 'object' || document === null || !('manifestVersion' in document)) return
  const { manifestVersion } = document
  if (typeof manifestVersion === 'number' && manifestVersion > MANIFEST_VERSION) {
    throw new EdgeError('MANIFEST_INVALID', {
      summary: `the manifest ${source} was written for a newer version of @edge/trt`,
      expected: `manifestVersion ${MANIFEST_VERSION}`,
      found: show(manifestVersion),
      remedy: 'Update @edge/trt.',
    })
  }
}
