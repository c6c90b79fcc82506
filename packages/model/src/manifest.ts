import { EdgeError } from '@edge/errors'
import {
  boolean,
  type Check,
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

/**
 * What a `model.json` says about the model beside it: how its input is made from a picture, what its output is, which classes it
 * knows.
 */
export interface Manifest {
  /** {@link MANIFEST_VERSION}. */
  readonly manifestVersion: number
  /** The model's name, for people: 1 to 200 characters. */
  readonly name: string
  /** What the model does, for people: at most 2000 characters. */
  readonly description?: string
  /** The model's licence, for people: 1 to 200 characters. */
  readonly license?: string
  /** File names of the models that it speaks for, where it lies beside others. Default: all in its directory. */
  readonly files?: readonly string[]
  /** How the model's input is made from a picture. */
  readonly input?: ManifestInput
  /** What the model's output is. */
  readonly output?: ManifestOutput
  /** The classes' names in their order, or the name of a file in the manifest's directory that has one a line. */
  readonly labels?: string | readonly string[]
}

/**
 * How a model's input is made from a picture. What is left out comes from the model's input tensor, or from options. Either `mean` and `std`, or
 * `scale` and `offset`.
 */
export interface ManifestInput {
  /** Width of the tensor, to be held against the model's: 1 to 16384. */
  readonly width?: number
  /** Height of the tensor, likewise. */
  readonly height?: number
  /** Whether the channels of a pixel lie together (`NHWC`), or the pixels of a channel. */
  readonly layout?: 'NHWC' | 'NCHW'
  /** Order of the tensor's channels. */
  readonly channels?: 'rgb' | 'bgr' | 'grey'
  /** How a picture is brought to the tensor's size. */
  readonly resize?: ManifestResize
  /** With `std`: `value = (pixel − mean) / std`, on pixels of 0 to 255. One entry for all channels, or three. */
  readonly mean?: readonly number[]
  /** With `mean`. Above 0. */
  readonly std?: readonly number[]
  /** In place of `mean` and `std`: `value = pixel × scale + offset`. Not 0. Entries as those of `mean`. Default with `offset`: 1. */
  readonly scale?: readonly number[]
  /** With `scale`, or alone. Default with `scale`: 0. */
  readonly offset?: readonly number[]
}

/** How a picture is brought to a tensor's size: `Resize` of `@edge/image`, where what the fields mean and their defaults are said. */
export interface ManifestResize {
  /** What becomes of proportions that differ. */
  readonly fit: 'cover-crop' | 'contain' | 'stretch'
  /** Of `cover-crop`: side of the crop over the short side of the resized picture. */
  readonly cropRatio?: number
  /** Of `cover-crop`: how sides that come out as fractions are rounded. */
  readonly rounding?: 'nearest' | 'torchvision'
  /** Of `contain`: the colour beside the picture, red, green and blue of 0 to 255, or one for all. */
  readonly pad?: readonly number[]
  /** Which pixels around a point make the pixel there. */
  readonly kernel?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'
  /** Whether all pixels that fall together are averaged. */
  readonly antialias?: boolean
}

/** What a model's output is. */
export interface ManifestOutput {
  /** Scores that go through softmax, or such that do not. */
  readonly kind: 'logits' | 'probabilities'
}

/** One entry for all channels, or one for each of three. What a list of two would mean nobody can say. */
function oneOrThree(check: Check<number>): Check<readonly number[]> {
  return refine(listOf(check, 1, 3), (list, path) => {
    if (list.length === 2) throw new FieldError(path, 'a list of 1 or 3', show(list))
  })
}

const resize: Check<ManifestResize> = refine(
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

const input: Check<ManifestInput> = refine(
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

const manifest: Check<Manifest> = object(
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
