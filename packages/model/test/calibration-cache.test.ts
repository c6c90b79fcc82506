import { describe, expect, it } from 'vitest'
import { type CalibrationCache, readCalibrationCache, writeCalibrationCache } from '../src/index.js'

const cache = (more: Partial<CalibrationCache> = {}): CalibrationCache => ({
  tensorrt: '10.3.0.30',
  method: 'entropy',
  ranges: new Map([['data', 1]]),
  ...more,
})
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const bytesOf = (...lines: string[]) => Buffer.from(lines.join('\n'))

/** As NVIDIA describes a calibration file: sampleINT8 of TensorRT 7, by another version. */
const MNIST = bytesOf(
  'TRT-100300-EntropyCalibration2',
  'data: 3c008912',
  'conv1: 3c88edfc',
  'pool1: 3c88edfc',
  'conv2: 3ddc858b',
  '(Unnamed Layer* 4) [Fully Connected]_output: 3d65992f',
  'prob: 3c010a14',
  '',
)

describe('a calibration cache', () => {
  it('is written as TensorRT writes it', () => {
    const ranges = new Map([
      ['images', 1],
      ['input_1:0', 127],
      ['a: b', 63.5],
    ])
    expect(text(writeCalibrationCache(cache({ ranges })))).toBe(
      'TRT-100300-EntropyCalibration2\nimages: 3c010204\ninput_1:0: 3f800000\na: b: 3f000000\n',
    )
    const minMax = writeCalibrationCache(cache({ tensorrt: '10.13.3', method: 'minMax' }))
    expect(text(minMax)).toMatch(/^TRT-101303-MinMaxCalibration\n/)
  })

  it('of TensorRT is read, and written again is the same file', () => {
    const read = readCalibrationCache(MNIST)
    expect(read).toMatchObject({ tensorrt: '10.3.0', method: 'entropy' })
    // The scale of a picture's pixels from 0 to 1, by NVIDIA's own calibration, is about 1/127.
    expect(read.ranges.get('prob')).toBeCloseTo(1, 3)
    expect([...read.ranges.keys()][4]).toBe('(Unnamed Layer* 4) [Fully Connected]_output')
    expect(text(writeCalibrationCache(read))).toBe(text(MNIST))
  })

  it('keeps ranges to the precision of a float32', () => {
    const ranges = new Map(Array.from({ length: 500 }, (_, n) => [`tensor ${n} é`, 1.1 ** (n - 250)]))
    const read = readCalibrationCache(writeCalibrationCache(cache({ ranges })))
    expect([...read.ranges.keys()]).toEqual([...ranges.keys()])
    for (const [name, range] of ranges)
      expect(Math.abs((read.ranges.get(name) ?? 0) / range - 1)).toBeLessThan(2 ** -23)
  })

  it.each([
    ['a version before 10', bytesOf('TRT-8601-EntropyCalibration2', 'x: 3f800000', ''), '8.6.1'],
    ['a last line that does not end', bytesOf('TRT-100300-MinMaxCalibration', 'x: 3f800000'), '10.3.0'],
    ['no tensor at all', bytesOf('TRT-101303-MinMaxCalibration', ''), '10.13.3'],
    ['a range of 0', bytesOf('TRT-100300-MinMaxCalibration', 'x: 0', ''), '10.3.0'],
  ])('with %s is read', (_what, bytes, version) => {
    expect(readCalibrationCache(bytes).tensorrt).toBe(version)
  })

  it.each<[string, object, string]>([
    ['TensorRT 11', { tensorrt: '11.0.0' }, 'QuantizeLinear'],
    ['TensorRT 8', { tensorrt: '8.6.1' }, '8.6.1'],
    ['a version in short', { tensorrt: '10.3' }, '10.3.0'],
    ['a version with a line in it', { tensorrt: '10.3.0\n' }, '10.3.0'],
    ['no version', { tensorrt: undefined }, 'undefined'],
    ['a method that there is not', { method: 'constructor' }, 'minMax'],
    ['no Map', { ranges: { data: 1 } }, 'a Map'],
    ['a name with a line in it', { ranges: new Map([['a: 3f800000\nb', 1]]) }, 'control'],
    ['an empty name', { ranges: new Map([['', 1]]) }, 'Rename'],
    ['a name that has no bytes', { ranges: new Map([['\ud800', 1]]) }, 'Rename'],
    ['a number for a name', { ranges: new Map([[5, 1]]) }, '5'],
    ['a range of 0', { ranges: new Map([['a', 0]]) }, 'Leave out'],
    ['a range that a float32 cannot tell from 0', { ranges: new Map([['a', 1e-44]]) }, '1e-44'],
    ['a range below 0', { ranges: new Map([['a', -1]]) }, '-1'],
    ['a range that is no number', { ranges: new Map([['a', Number.NaN]]) }, 'NaN'],
    ['a range without end', { ranges: new Map([['a', 1e300]]) }, '1e+300'],
    ['a text for a range', { ranges: new Map([['a', '1']]) }, '"1"'],
  ])('is not written of %s', (_what, more, said) => {
    expect(() => Reflect.apply(writeCalibrationCache, undefined, [{ ...cache(), ...more }])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(said) }),
    )
  })

  const title = 'TRT-100300-EntropyCalibration2'
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['another algorithm', bytesOf('TRT-100300-EntropyCalibration', 'x: 3f800000', '')],
    ['a version that is none', bytesOf('TRT-8XXX-EntropyCalibration2', 'x: 3f800000', '')],
    ['no first line', bytesOf('x: 3f800000', '')],
    ['a line without digits', bytesOf(title, 'x: ', '')],
    ['a line without a name', bytesOf(title, ': 3f800000', '')],
    ['onnxruntime’s own table', bytesOf(title, 'x 2.008338', '')],
    ['nine digits', bytesOf(title, 'x: 3f8000000', '')],
    ['lines of Windows', bytesOf(title, 'x: 3f800000\r', '')],
    ['a range below 0', bytesOf(title, 'x: bf800000', '')],
    ['a range that is no number', bytesOf(title, 'x: 7fc00000', '')],
    ['a range without end', bytesOf(title, 'x: 7f800000', '')],
    ['the same tensor twice', bytesOf(title, 'x: 3f800000', 'x: 3f800000', '')],
    ['an empty line', bytesOf(title, '', 'x: 3f800000', '')],
    ['a last line that was cut short', bytesOf(title, 'x: 3f80')],
    ['no text', Buffer.concat([bytesOf(title, ''), Buffer.from([0xff, 0xfe])])],
    ['a mark of the byte order', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf(title, '')])],
    ['too much', new Uint8Array(64 * 1024 * 1024 + 1)],
  ])('is not read of %s', (_what, bytes) => {
    expect(() => readCalibrationCache(bytes)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', remedy: 'Calibrate again.' }),
    )
  })

  it('of hostile bytes is refused in little time, and with few words', () => {
    const begin = performance.now()
    for (const line of [': '.repeat(2e6), `${'a'.repeat(4e6)}: zz`, '\u0000'.repeat(4e6)]) {
      let message = ''
      try {
        readCalibrationCache(bytesOf(title, line, ''))
      } catch (error) {
        message = error instanceof Error ? error.message : ''
      }
      expect(message.length).toBeGreaterThan(0)
      expect(message.length).toBeLessThan(1000)
      expect(message).not.toContain('\u0000')
    }
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})
