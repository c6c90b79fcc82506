import { choice, type MessageOf, many, one, packed, type Schema } from './field-types.js'

/**
 * The fields of ONNX's messages, up to IR version 13, with their numbers on the wire. Names are ONNX's own, in camel case.
 *
 * Source of the facts: the format's description at https://onnx.ai/onnx/repo-docs/IR.html and the field numbers that ONNX files use.
 */
export const ONNX_SCHEMA = {
  ModelProto: {
    irVersion: one(1, 'int64'),
    producerName: one(2, 'string'),
    producerVersion: one(3, 'string'),
    domain: one(4, 'string'),
    modelVersion: one(5, 'int64'),
    docString: one(6, 'string'),
    graph: one(7, 'GraphProto'),
    opsetImport: many(8, 'OperatorSetIdProto'),
    metadataProps: many(14, 'StringStringEntryProto'),
    trainingInfo: many(20, 'TrainingInfoProto'),
    functions: many(25, 'FunctionProto'),
    configuration: many(26, 'DeviceConfigurationProto'),
  },
  OperatorSetIdProto: { domain: one(1, 'string'), version: one(2, 'int64') },
  StringStringEntryProto: { key: one(1, 'string'), value: one(2, 'string') },
  GraphProto: {
    node: many(1, 'NodeProto'),
    name: one(2, 'string'),
    initializer: many(5, 'TensorProto'),
    docString: one(10, 'string'),
    input: many(11, 'ValueInfoProto'),
    output: many(12, 'ValueInfoProto'),
    valueInfo: many(13, 'ValueInfoProto'),
    quantizationAnnotation: many(14, 'TensorAnnotation'),
    sparseInitializer: many(15, 'SparseTensorProto'),
    metadataProps: many(16, 'StringStringEntryProto'),
  },
  TensorAnnotation: {
    tensorName: one(1, 'string'),
    quantParameterTensorNames: many(2, 'StringStringEntryProto'),
  },
  NodeProto: {
    input: many(1, 'string'),
    output: many(2, 'string'),
    name: one(3, 'string'),
    opType: one(4, 'string'),
    attribute: many(5, 'AttributeProto'),
    docString: one(6, 'string'),
    domain: one(7, 'string'),
    overload: one(8, 'string'),
    metadataProps: many(9, 'StringStringEntryProto'),
    deviceConfigurations: many(10, 'NodeDeviceConfigurationProto'),
  },
  AttributeProto: {
    name: one(1, 'string'),
    f: one(2, 'float'),
    i: one(3, 'int64'),
    s: one(4, 'bytes'),
    t: one(5, 'TensorProto'),
    g: one(6, 'GraphProto'),
    floats: many(7, 'float'),
    ints: many(8, 'int64'),
    strings: many(9, 'bytes'),
    tensors: many(10, 'TensorProto'),
    graphs: many(11, 'GraphProto'),
    docString: one(13, 'string'),
    tp: one(14, 'TypeProto'),
    typeProtos: many(15, 'TypeProto'),
    type: one(20, 'int32'),
    refAttrName: one(21, 'string'),
    sparseTensor: one(22, 'SparseTensorProto'),
    sparseTensors: many(23, 'SparseTensorProto'),
  },
  TensorProto: {
    dims: many(1, 'int64'),
    dataType: one(2, 'int32'),
    segment: one(3, 'SegmentProto'),
    floatData: packed(4, 'float'),
    int32Data: packed(5, 'int32'),
    stringData: many(6, 'bytes'),
    int64Data: packed(7, 'int64'),
    name: one(8, 'string'),
    rawData: one(9, 'bytes'),
    doubleData: packed(10, 'double'),
    uint64Data: packed(11, 'uint64'),
    docString: one(12, 'string'),
    externalData: many(13, 'StringStringEntryProto'),
    dataLocation: one(14, 'int32'),
    metadataProps: many(16, 'StringStringEntryProto'),
  },
  SegmentProto: { begin: one(1, 'int64'), end: one(2, 'int64') },
  SparseTensorProto: {
    values: one(1, 'TensorProto'),
    indices: one(2, 'TensorProto'),
    dims: many(3, 'int64'),
  },
  ValueInfoProto: {
    name: one(1, 'string'),
    type: one(2, 'TypeProto'),
    docString: one(3, 'string'),
    metadataProps: many(4, 'StringStringEntryProto'),
  },
  TypeProto: {
    tensorType: choice('value', 1, 'TensorTypeProto'),
    sequenceType: choice('value', 4, 'SequenceTypeProto'),
    mapType: choice('value', 5, 'MapTypeProto'),
    denotation: one(6, 'string'),
    opaqueType: choice('value', 7, 'OpaqueTypeProto'),
    sparseTensorType: choice('value', 8, 'TensorTypeProto'),
    optionalType: choice('value', 9, 'OptionalTypeProto'),
  },
  TensorTypeProto: { elemType: one(1, 'int32'), shape: one(2, 'TensorShapeProto') },
  SequenceTypeProto: { elemType: one(1, 'TypeProto') },
  MapTypeProto: { keyType: one(1, 'int32'), valueType: one(2, 'TypeProto') },
  OptionalTypeProto: { elemType: one(1, 'TypeProto') },
  OpaqueTypeProto: { domain: one(1, 'string'), name: one(2, 'string') },
  TensorShapeProto: { dim: many(1, 'DimensionProto') },
  DimensionProto: {
    dimValue: choice('value', 1, 'int64'),
    dimParam: choice('value', 2, 'string'),
    denotation: one(3, 'string'),
  },
  TrainingInfoProto: {
    initialization: one(1, 'GraphProto'),
    algorithm: one(2, 'GraphProto'),
    initializationBinding: many(3, 'StringStringEntryProto'),
    updateBinding: many(4, 'StringStringEntryProto'),
  },
  FunctionProto: {
    name: one(1, 'string'),
    // Of the first drafts of functions; today's ONNX reserves both.
    sinceVersion: one(2, 'int64'),
    status: one(3, 'int32'),
    input: many(4, 'string'),
    output: many(5, 'string'),
    attribute: many(6, 'string'),
    node: many(7, 'NodeProto'),
    docString: one(8, 'string'),
    opsetImport: many(9, 'OperatorSetIdProto'),
    domain: one(10, 'string'),
    attributeProto: many(11, 'AttributeProto'),
    valueInfo: many(12, 'ValueInfoProto'),
    overload: one(13, 'string'),
    metadataProps: many(14, 'StringStringEntryProto'),
  },
  DeviceConfigurationProto: {
    name: one(1, 'string'),
    numDevices: one(2, 'int32'),
    device: many(3, 'string'),
  },
  NodeDeviceConfigurationProto: {
    configurationId: one(1, 'string'),
    shardingSpec: many(2, 'ShardingSpecProto'),
    pipelineStage: one(3, 'int32'),
  },
  ShardingSpecProto: {
    tensorName: one(1, 'string'),
    device: many(2, 'int64'),
    indexToDeviceGroupMap: many(3, 'IntIntListEntryProto'),
    shardedDim: many(4, 'ShardedDimProto'),
  },
  IntIntListEntryProto: { key: one(1, 'int64'), value: many(2, 'int64') },
  ShardedDimProto: { axis: one(1, 'int64'), simpleSharding: many(2, 'SimpleShardedDimProto') },
  SimpleShardedDimProto: {
    dimValue: choice('dim', 1, 'int64'),
    dimParam: choice('dim', 2, 'string'),
    numShards: one(3, 'int64'),
  },
} as const satisfies Schema

/** ONNX's messages by their names. */
export interface OnnxMessages {
  readonly ModelProto: ModelProto
  readonly OperatorSetIdProto: OperatorSetIdProto
  readonly StringStringEntryProto: StringStringEntryProto
  readonly GraphProto: GraphProto
  readonly TensorAnnotation: TensorAnnotation
  readonly NodeProto: NodeProto
  readonly AttributeProto: AttributeProto
  readonly TensorProto: TensorProto
  readonly SegmentProto: SegmentProto
  readonly SparseTensorProto: SparseTensorProto
  readonly ValueInfoProto: ValueInfoProto
  readonly TypeProto: TypeProto
  readonly TensorTypeProto: TensorTypeProto
  readonly SequenceTypeProto: SequenceTypeProto
  readonly MapTypeProto: MapTypeProto
  readonly OptionalTypeProto: OptionalTypeProto
  readonly OpaqueTypeProto: OpaqueTypeProto
  readonly TensorShapeProto: TensorShapeProto
  readonly DimensionProto: DimensionProto
  readonly TrainingInfoProto: TrainingInfoProto
  readonly FunctionProto: FunctionProto
  readonly DeviceConfigurationProto: DeviceConfigurationProto
  readonly NodeDeviceConfigurationProto: NodeDeviceConfigurationProto
  readonly ShardingSpecProto: ShardingSpecProto
  readonly IntIntListEntryProto: IntIntListEntryProto
  readonly ShardedDimProto: ShardedDimProto
  readonly SimpleShardedDimProto: SimpleShardedDimProto
}

/** The name of one of ONNX's messages. */
export type OnnxMessageName = keyof typeof ONNX_SCHEMA

/** One of ONNX's messages as a plain object. */
export type OnnxMessage<N extends OnnxMessageName> = OnnxMessages[N]

type MessageNamed<N extends OnnxMessageName> = MessageOf<(typeof ONNX_SCHEMA)[N], OnnxMessages>

/** A model: the root of an .onnx file. */
export interface ModelProto extends MessageNamed<'ModelProto'> {}
/** Version of a set of operators. */
export interface OperatorSetIdProto extends MessageNamed<'OperatorSetIdProto'> {}
/** A key with its value. */
export interface StringStringEntryProto extends MessageNamed<'StringStringEntryProto'> {}
/** Nodes, in the order they run, between inputs and outputs. */
export interface GraphProto extends MessageNamed<'GraphProto'> {}
/** Which tensors hold the scale and the zero point of a tensor. */
export interface TensorAnnotation extends MessageNamed<'TensorAnnotation'> {}
/** One use of an operator. */
export interface NodeProto extends MessageNamed<'NodeProto'> {}
/** A constant of a node: number, text, tensor, graph or a list of them. */
export interface AttributeProto extends MessageNamed<'AttributeProto'> {}
/** Constant data. */
export interface TensorProto extends MessageNamed<'TensorProto'> {}
/** Which part of a large tensor a message holds. */
export interface SegmentProto extends MessageNamed<'SegmentProto'> {}
/** Constant data that is mostly zero. */
export interface SparseTensorProto extends MessageNamed<'SparseTensorProto'> {}
/** A name with its type. */
export interface ValueInfoProto extends MessageNamed<'ValueInfoProto'> {}
/** The type of a value: a tensor, a sequence, a map, an optional or an opaque one. */
export interface TypeProto extends MessageNamed<'TypeProto'> {}
/** The type of a tensor, dense or sparse: that of its elements, and its shape. */
export interface TensorTypeProto extends MessageNamed<'TensorTypeProto'> {}
/** The type of a sequence. */
export interface SequenceTypeProto extends MessageNamed<'SequenceTypeProto'> {}
/** The type of a map. */
export interface MapTypeProto extends MessageNamed<'MapTypeProto'> {}
/** The type of a value that may be missing. */
export interface OptionalTypeProto extends MessageNamed<'OptionalTypeProto'> {}
/** A type that only its domain knows. */
export interface OpaqueTypeProto extends MessageNamed<'OpaqueTypeProto'> {}
/** Dimensions, outermost first. */
export interface TensorShapeProto extends MessageNamed<'TensorShapeProto'> {}
/** A dimension: a size, or the name of one that is known at run time. */
export interface DimensionProto extends MessageNamed<'DimensionProto'> {}
/** How a model is trained. */
export interface TrainingInfoProto extends MessageNamed<'TrainingInfoProto'> {}
/** An operator defined by others. */
export interface FunctionProto extends MessageNamed<'FunctionProto'> {}
/** Devices that a model can be distributed over. */
export interface DeviceConfigurationProto extends MessageNamed<'DeviceConfigurationProto'> {}
/** How a node is distributed over devices. */
export interface NodeDeviceConfigurationProto extends MessageNamed<'NodeDeviceConfigurationProto'> {}
/** How a tensor is distributed over devices. */
export interface ShardingSpecProto extends MessageNamed<'ShardingSpecProto'> {}
/** A number with a list of numbers. */
export interface IntIntListEntryProto extends MessageNamed<'IntIntListEntryProto'> {}
/** How an axis of a tensor is cut. */
export interface ShardedDimProto extends MessageNamed<'ShardedDimProto'> {}
/** Into how many parts a dimension is cut. */
export interface SimpleShardedDimProto extends MessageNamed<'SimpleShardedDimProto'> {}
