/** What every format's inspection of a model reports: facts from the file alone, without running it. */
export interface ModelInspection {
  /** The file's format. */
  readonly format: 'tflite' | 'onnx'
  /** The program that wrote the file, if the file says so. */
  readonly producer?: string
  /** Version of the file format: TFLite's schema version, ONNX's IR version. */
  readonly version: number
  /** What the file says of itself. */
  readonly description?: string
  /** The model's inputs, in its order. */
  readonly inputs: readonly TensorSummary[]
  /** The model's outputs, in its order. */
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
  /** As the file calls it. */
  readonly name: string
  /** As NumPy names it, where NumPy has it: `float32`. In lower case as the format names it otherwise: `int4`. */
  readonly dtype: string
  /** Outermost dimension first; a string is the name of a dimension that is chosen at run time, `?` one without a name. */
  readonly shape: readonly (number | string)[]
  /** `real = scale[i] × (stored − zeroPoint[i])`: one entry per tensor, or one per slice along `axis`. */
  readonly quantization?: QuantizationSummary
}

/** How a tensor's stored values stand for real ones. */
export interface QuantizationSummary {
  /** One entry, or one for each slice along `axis`. */
  readonly scale: readonly number[]
  /** As many entries as `scale` has. */
  readonly zeroPoint: readonly number[]
  /** The dimension that is quantized slice by slice; left out where the tensor is quantized as a whole. */
  readonly axis?: number
}

/** How often one version of an operator occurs. */
export interface OperatorCount {
  /** `CONV_2D`, `Conv`; a custom operator's own name. */
  readonly name: string
  /** ONNX: the operator set; left out for ONNX's own. */
  readonly domain?: string
  /** Version of the operator. */
  readonly version: number
  /** How often it occurs. */
  readonly count: number
}

/** One operator of the graph that holds parameters or multiplies. */
export interface LayerSummary {
  /** TFLite: that of its first output. ONNX: the node's, or that of its first output where it has none. */
  readonly name: string
  /** The operator's name. */
  readonly operator: string
  /** Elements of its constant tensors that hold weights. */
  readonly parameters: number
  /** Size of its constant tensors. */
  readonly bytes: number
  /** Multiply-accumulates of one inference; null where the shapes do not tell. */
  readonly macs: number | null
}

/** A named entry point of a TFLite model. */
export interface SignatureSummary {
  /** What the model calls it. */
  readonly name: string
  /** Names of its inputs, each with the name of its tensor. */
  readonly inputs: Readonly<Record<string, string>>
  /** Names of its outputs, each with the name of its tensor. */
  readonly outputs: Readonly<Record<string, string>>
}
