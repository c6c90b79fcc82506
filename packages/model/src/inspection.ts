/** What every format's inspection of a model reports: facts from the file alone, without running it. */
export interface ModelInspection {
  readonly format: 'tflite' | 'onnx'
  /** The program that wrote the file, if the file says so. */
  readonly producer?: string
  /** Version of the file format: TFLite's schema version, ONNX's IR version. */
  readonly version: number
  readonly description?: string
  readonly inputs: readonly TensorSummary[]
  readonly outputs: readonly TensorSummary[]
  /** Which operators the model uses, and how often; sorted by falling count, then by name. */
  readonly operators: readonly OperatorCount[]
  /** Trained values: the elements of all constant tensors that hold weights. */
  readonly parameters: number
  /** Multiply-accumulates of one inference at the declared shapes; null where the shapes do not tell. */
  readonly macs: number | null
  /** Size of all constant tensors that hold weights. */
  readonly weightBytes: number
  /** Fraction of `parameters` that stand for zero, 0 to 1. 0 where there are no parameters. */
  readonly zeroWeights: number
  /** The layers that have parameters or multiply, in the order they run. */
  readonly layers: readonly LayerSummary[]
  /** TFLite's signatures; left out where the format has none. */
  readonly signatures?: readonly SignatureSummary[]
  /** Names and values that the producer attached to the model. */
  readonly metadata: Readonly<Record<string, string>>
}

/** An input or output as the model declares it. */
export interface TensorSummary {
  readonly name: string
  /** As NumPy names it, where NumPy has it: `float32`. In lower case as the format names it otherwise: `int4`. */
  readonly dtype: string
  /** Outermost dimension first; a string is the name of a dimension that is chosen at run time, `?` one without a name. */
  readonly shape: readonly (number | string)[]
  /** `real = scale[i] × (stored − zeroPoint[i])`: one entry per tensor, or one per slice along `axis`. */
  readonly quantization?: {
    readonly scale: readonly number[]
    readonly zeroPoint: readonly number[]
    readonly axis?: number
  }
}

/** How often one version of an operator occurs. */
export interface OperatorCount {
  /** `CONV_2D`, `Conv`; a custom operator's own name. */
  readonly name: string
  /** ONNX: the operator set; left out for ONNX's own. */
  readonly domain?: string
  readonly version: number
  readonly count: number
}

/** One operator of the graph that holds parameters or multiplies. */
export interface LayerSummary {
  readonly name: string
  readonly operator: string
  readonly parameters: number
  /** Size of its constant tensors. */
  readonly bytes: number
  /** Multiply-accumulates of one inference; null where the shapes do not tell. */
  readonly macs: number | null
}

/** A named entry point of a TFLite model. */
export interface SignatureSummary {
  readonly name: string
  /** Names of its inputs, each with the name of its tensor. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
}
