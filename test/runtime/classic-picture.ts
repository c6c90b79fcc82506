import type { OnnxClassic } from '../../scripts/setup/onnx-classics.js'

/** The same pattern as in scripts/models/classics-onnx/make.py, as the model's input; another one for each number. */
export function classicPicture({ size, preset }: OnnxClassic, number: number): Float32Array {
  const values = new Float32Array(3 * size * size)
  for (let channel = 0, place = 0; channel < 3; channel += 1) {
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1, place += 1) {
        const pixel =
          Math.floor((x * y * (number + 1)) / 16) +
          x * (7 - number) +
          y * (number + 2) +
          channel * 50 * (number + 1)
        values[place] = ((pixel % 256) - 128) / (preset === 'torch' ? 64 : 1)
      }
    }
  }
  return values
}
