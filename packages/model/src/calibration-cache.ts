import { EdgeError } from '@edge/errors'

/** Ranges of a model's tensors for int8 on TensorRT 10, and what they are for. */
export interface CalibrationCache {
  /** TensorRT's version: `10.3.0`; a fourth part, its build, does not count. */
  readonly tensorrt: string
  /** How the ranges were found, which has to be how `tensorrt.calibration.method` says they are. */
  readonly method: 'entropy' | 'minMax'
  /**
   * Of each tensor, by its name in the .onnx: the largest magnitude that is told apart, which becomes 127. A tensor without one is not
   * computed in int8.
   */
  readonly ranges: ReadonlyMap<string, number>
}

const ALGORITHMS = { entropy: 'EntropyCalibration2', minMax: 'MinMaxCalibration' } as const
/** 127 levels on either side of 0. */
const LEVELS = 127
// biome-ignore lint/suspicious/noControlCharactersInRegex: names have none
const LINE = /^([^\u0000-\u001f\u007f]+): ([\da-fA-F]{1,8})$/
/** More than any model has names of tensors. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Writes a table of ranges as TensorRT 10 reads it: as `tensorrt.calibration.cache`, and trtexec as `--calib`. No batch is then asked for.
 *
 * The format is text: a line `TRT-100300-EntropyCalibration2` with TensorRT's version and the algorithm, then for each tensor a line with its
 * name and, as eight hexadecimal digits, the bits of a float32, the range divided by 127. It is known from the chapter on the calibration
 * file in NVIDIA's sampleINT8, from its answers about the digits, from onnxruntime's reader of such files (`ReadDynamicRange`) and from files
 * that TensorRT 10.3 wrote. TensorRT refuses a file of another version or algorithm. No file that this wrote was given to TensorRT itself
 * yet: it takes a GPU.
 *
 * @returns the file's bytes.
 * @throws EdgeError `INVALID_ARGUMENT` for a version other than 10, another method, a name that does not fit in a line, and a range that
 *   is no number above 0 that a float32 can hold.
 * @example
 * ```ts
 * const ranges = new Map([['input', 1], ['relu_1', 6]])
 * const cache = writeCalibrationCache({ tensorrt: '10.3.0.30', method: 'entropy', ranges })
 * ```
 */
export function writeCalibrationCache({ tensorrt, method, ranges }: CalibrationCache): Uint8Array {
  const algorithm: unknown = Object.hasOwn(ALGORITHMS, method) ? ALGORITHMS[method] : undefined
  if (typeof algorithm !== 'string') {
    throw refused('there is no such method of calibration', '"entropy" or "minMax"', shown(method))
  }
  if (!(ranges instanceof Map)) {
    throw refused('the ranges of a calibration cache are none', 'a Map of numbers by names', shown(ranges))
  }
  const lines = [`TRT-${versionNumber(tensorrt)}-${algorithm}`]
  for (const [name, range] of ranges) lines.push(`${checkedName(name)}: ${scaleBits(name, range)}`)
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8')
}

/**
 * Reads a file that TensorRT 10 wrote when it calibrated, or {@link writeCalibrationCache} did.
 *
 * @returns what it holds; a range of 0 where TensorRT found none. Written again it is the same file, but for such ranges.
 * @throws EdgeError `MODEL_INVALID` where it is anything else, or was damaged.
 */
export function readCalibrationCache(bytes: Uint8Array): CalibrationCache {
  if (bytes.length > MOST_BYTES) throw damaged(`at most ${MOST_BYTES} bytes`, `${bytes.length}`)
  const [title = '', ...lines] = decoded(bytes).split('\n')
  // Other tools do not end the last line; where it lacks digits besides, it was cut short.
  const last = lines.at(-1)
  if (last === '') lines.pop()
  else if (last !== undefined && !/: [\da-fA-F]{8}$/.test(last)) throw damaged('whole lines', shown(last))
  const [, number = '', algorithm] = /^TRT-(\d{4}|\d{6})-(\w+)$/.exec(title) ?? []
  const method = algorithm === ALGORITHMS.entropy ? 'entropy' : 'minMax'
  if (algorithm !== ALGORITHMS[method]) {
    throw damaged('a first line such as TRT-100300-EntropyCalibration2', shown(title))
  }
  const ranges = new Map<string, number>()
  for (const [index, line] of lines.entries()) {
    const [, name, digits] = LINE.exec(line) ?? []
    const range = digits === undefined ? Number.NaN : rangeOf(digits)
    if (name === undefined || !(range >= 0 && range < Number.POSITIVE_INFINITY)) {
      throw damaged(
        'lines of a name and the bits of a float32 that is not negative, as relu_1: 3d41830e',
        `line ${index + 2}: ${shown(line)}`,
      )
    }
    if (ranges.has(name)) throw damaged('one line for each tensor', `two for ${shown(name)}`)
    ranges.set(name, range)
  }
  return { tensorrt: versionText(Number(number)), method, ranges }
}

/** As TensorRT counts: 10.3.0 is 100300. */
function versionNumber(version: string): number {
  const parts = /^10\.(\d{1,2})\.(\d{1,2})(?:\.\d+)?$/.exec(String(version))
  if (parts !== null) return 100_000 + Number(parts[1]) * 100 + Number(parts[2])
  throw refused(
    'a calibration cache is for TensorRT 10',
    'a version such as 10.3.0',
    shown(version),
    'From TensorRT 11 on a model brings its ranges as QuantizeLinear and DequantizeLinear.',
  )
}

/** Before 10 it counted otherwise: 8.6.1 is 8601. */
function versionText(number: number): string {
  const [major, minor] = number < 100_000 ? [1000, 100] : [10_000, 100]
  return [Math.floor(number / major), Math.floor((number % major) / minor), number % minor].join('.')
}

function checkedName(name: string): string {
  const isText = typeof name === 'string' && name !== ''
  // A lone surrogate has no bytes of its own.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (isText && !/[\u0000-\u001f\u007f]/.test(name) && Buffer.from(name, 'utf8').toString('utf8') === name) {
    return name
  }
  throw refused(
    'a calibration cache cannot hold such a name of a tensor',
    'text without control characters, in one line',
    shown(name),
    'Rename the tensor in the model.',
  )
}

function scaleBits(name: string, range: number): string {
  const scale = typeof range === 'number' ? Math.fround(range / LEVELS) : Number.NaN
  if (scale > 0 && scale < Number.POSITIVE_INFINITY) {
    const bits = Buffer.alloc(4)
    bits.writeFloatBE(scale)
    return bits.toString('hex')
  }
  throw refused(
    `the range of the tensor ${shown(name)} is none`,
    'a number above 0 that a float32 can hold',
    shown(range),
    'Leave out a tensor that is 0 throughout: it is then not computed in int8.',
  )
}

function rangeOf(digits: string): number {
  return Buffer.from(digits.padStart(8, '0'), 'hex').readFloatBE() * LEVELS
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw damaged('text in UTF-8', 'bytes that are none', cause)
  }
}

const MOST_SHOWN = 80

/** With what would change a terminal written as escapes. */
function shown(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value)
}

function refused(summary: string, expected: string, found: string, remedy?: string): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary,
    expected,
    found,
    ...(remedy !== undefined && { remedy }),
  })
}

function damaged(expected: string, found: string, cause?: unknown): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: 'the calibration cache is not one that TensorRT wrote',
    expected,
    found,
    remedy: 'Calibrate again.',
    ...(cause !== undefined && { cause }),
  })
}
