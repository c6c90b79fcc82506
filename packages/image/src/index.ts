/**
 * From a picture to a model's input: decoded, resampled, normalised, quantised and laid out. `@edge/trt` exports what applications need of it.
 *
 * @module @edge/image
 */

export type { PixelLayout } from '@edge/native'
export type { DeviceFrame } from './device-frame.js'
export { FileMemory } from './file-memory.js'
export type { FrameLayout } from './frame.js'
export type { Resize, ResizeKernel } from './geometry.js'
export { describeImageLibraries, type ImageLibraries } from './lazy-sharp.js'
export type { Nv12Pixels } from './nv12-pixels.js'
export {
  type PreprocessOptions,
  type PreprocessTiming,
  preprocess,
  preprocessWith,
} from './preprocess.js'
export {
  PREPROCESSING_OPTIONS,
  type Preprocessing,
  type PreprocessingOptions,
  resolvePreprocessing,
} from './preprocessing.js'
export { type Normalization, PRESET_NAMES, PRESETS, type Preset, type PresetName } from './presets.js'
export type { RawPixels } from './raw-pixels.js'
export type { ShrinkOnLoad } from './resample.js'
export { type ImageSource, sourceName, type TensorWriter } from './source.js'
export type { WebByteReader, WebByteStream, WebBytes } from './stream.js'
export { takeSource } from './take-source.js'
export type { ChannelOrder } from './tensor-format.js'
