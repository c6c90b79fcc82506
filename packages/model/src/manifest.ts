import { EdgeError } from '@edge/errors'
import {
  boolean,
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

/** One entry for all channels, or one for each of three. What a list of two would mean nobody can say. */
function oneOrThree(check: Check<number>): Check<readonly number[]> {
  return refine(listOf(check, 1, 3), (list, path) => {
    if (list.length === 2) throw new FieldError(path, 'a list of 1 or 3', show(list))
  })
}

const resize = refine(
  object(
    { fit: oneOf('cover-crop', 'contain', 'stretch') },
    {
      cropRatio: number('a number above 0, at most 1', (value) => value > 0 && value <= 1),
      rounding: oneOf('nearest', 'torchvision'),
      pad: oneOrThree(integer(0, 255)),
      kernel: oneOf('nearest', 'bilinear', 'bicubic', 'lanczos'),
      antialias: boolean,
    },
  ),
  ({ fit, cropRatio, rounding, pad }, path) => {
    for (const [name, value, of] of [
      ['cropRatio', cropRatio, 'cover-crop'],
      ['rounding', rounding, 'cover-crop'],
      ['pad', pad, 'contain'],
    ] as const) {
      if (value !== undefined && fit !== of) {
        throw new FieldError(fieldPath(path, name), `no ${name} where fit is "${fit}"`, show(value))
      }
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
      mean: oneOrThree(number('a number', () => true)),
      std: oneOrThree(number('a number above 0', (value) => value > 0)),
      scale: oneOrThree(number('a number other than 0', (value) => value !== 0)),
      offset: oneOrThree(number('a number', () => true)),
    },
  ),
  (fields, path) => {
    const { channels, mean, std, scale, offset } = fields
    if ((mean === undefined) !== (std === undefined)) {
      const missing = mean === undefined ? 'mean' : 'std'
      throw new FieldError(fieldPath(path, missing), 'both mean and std, or neither', show(undefined))
    }
    if (mean !== undefined && (scale ?? offset) !== undefined) {
      const surplus = scale === undefined ? 'offset' : 'scale'
      throw new FieldError(
        fieldPath(path, surplus),
        'mean and std, or scale and offset, but not both',
        show(fields[surplus]),
      )
    }
    for (const [name, list] of Object.entries({ mean, std, scale, offset })) {
      if (channels === 'grey' && list !== undefined && list.length !== 1) {
        throw new FieldError(fieldPath(path, name), 'a list of 1', show(list))
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
 * - `input.scale`, `input.offset`: another way to say the same, `value = pixel × scale + offset`. Default of the one that is left
 *   out: 1, and 0. Not beside mean and std.
 * - `input.resize.fit`: `cover-crop`, `contain` or `stretch`; what they mean, and the defaults of the other fields, is said by `Resize` of
 *   `@edge/image`.
 * - `input.resize.cropRatio`: side of the crop over the short side of the resized picture. Only of `cover-crop`, as `rounding` is.
 * - `input.resize.pad`: the colour beside the picture, red, green and blue of 0 to 255 or one for all. Only of `contain`.
 * - `input.resize.antialias`: whether all pixels that fall together are averaged.
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
