import type { Layer } from './layers.js'

/** What a layer's result is like. */
export interface TensorFacts {
  /** Dimensions, outermost first. */
  readonly shape: readonly number[]
  readonly bytes: number
  /** Of integers that stand for real numbers, where the runtime does not tell it: real = scale · (stored − zeroPoint). */
  readonly quantization?: { readonly scale: number; readonly zeroPoint: number }
}

/** A model with some of its layers' results as outputs. */
export interface ExposedLayers {
  /** The model file. */
  readonly bytes: Uint8Array
  /** Of each layer, which output it is. */
  readonly outputs: readonly number[]
}

/** What the weights of a model are. */
export interface Weights {
  /** How many there are. */
  readonly parameters: number
  readonly bytes: number
  /** Share of them that is zero. */
  readonly zeros: number
}

/** A model whose inside is to be compared with another one's. */
export interface ComparedModel {
  readonly format: 'tflite' | 'onnx'
  readonly weights: Weights
  readonly layers: readonly Layer[]
  /** Undefined where a layer's result holds no real numbers, or nothing tells its shape before a run. */
  factsOf(layer: Layer): TensorFacts | undefined
  /** @throws EdgeError where the layers cannot be had. */
  expose(layers: readonly Layer[]): ExposedLayers
}
