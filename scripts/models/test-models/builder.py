"""Writes .tflite files tensor by tensor: what no converter makes, and what must not change with the converter."""

from dataclasses import dataclass, field

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

FILE_IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3

TYPES = {
    name: getattr(schema.TensorType, name.upper())
    for name in (
        *("float16", "float32", "float64", "bfloat16", "bool", "string", "complex64", "int4"),
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    )
}


@dataclass(frozen=True)
class Quantization:
    """`real = scale × (quantized − zero_point)`; several scales go along `axis`."""

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int = 0


@dataclass
class Graph:
    """A subgraph while it is written. Tensors and operators are kept in the order in which they were added."""

    model: "ModelFile"
    tensors: list = field(default_factory=list)
    operators: list = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    def tensor(self, name, dtype, shape, *, signature=None, quantization=None, values=None) -> int:
        """Adds a tensor; `values` make it a constant."""
        tensor = schema.TensorT()
        tensor.name, tensor.type, tensor.shape, tensor.hasRank = name, TYPES[dtype], list(shape), True
        tensor.shapeSignature = None if signature is None else list(signature)
        tensor.buffer = 0 if values is None else self.model.buffer(values)
        if quantization is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = list(quantization.scales)
            tensor.quantization.zeroPoint = list(quantization.zero_points)
            tensor.quantization.quantizedDimension = quantization.axis
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def input(self, name, dtype, shape, **rest) -> int:
        self.inputs.append(self.tensor(name, dtype, shape, **rest))
        return self.inputs[-1]

    def output(self, name, dtype, shape, **rest) -> int:
        self.outputs.append(self.tensor(name, dtype, shape, **rest))
        return self.outputs[-1]

    def operator(self, name, inputs, outputs, *, version=1, **options) -> None:
        """Adds an operator, by its name in the schema; options by the name of their table, as `AddOptions={...}`."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self.model.operator_code(name, version)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        for table, fields in options.items():
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            operator.builtinOptions = getattr(schema, f"{table}T")()
            for key, value in fields.items():
                if not hasattr(operator.builtinOptions, key):
                    raise ValueError(f"{table} has no field {key}")
                setattr(operator.builtinOptions, key, value)
        self.operators.append(operator)


class ModelFile:
    def __init__(self):
        # By convention buffer 0 is the empty one.
        self._buffers = [b""]
        self._codes: list[tuple[str, int]] = []
        self._graphs: list[Graph] = []
        self._signatures: list = []

    def graph(self) -> Graph:
        self._graphs.append(Graph(self))
        return self._graphs[-1]

    def buffer(self, values: np.ndarray) -> int:
        self._buffers.append(np.ascontiguousarray(values).tobytes())
        return len(self._buffers) - 1

    def operator_code(self, name: str, version: int) -> int:
        """Index of an operator code; a name that the schema does not have is a custom operator's."""
        if (name, version) not in self._codes:
            self._codes.append((name, version))
        return self._codes.index((name, version))

    def signature(self, key: str, graph: int, inputs: dict[str, int], outputs: dict[str, int]) -> None:
        def tensor_map(name, index):
            entry = schema.TensorMapT()
            entry.name, entry.tensorIndex = name, index
            return entry

        definition = schema.SignatureDefT()
        definition.signatureKey, definition.subgraphIndex = key, graph
        definition.inputs = [tensor_map(*item) for item in inputs.items()]
        definition.outputs = [tensor_map(*item) for item in outputs.items()]
        self._signatures.append(definition)

    def to_bytes(self) -> bytes:
        model = schema.ModelT()
        model.version, model.description = SCHEMA_VERSION, "made by scripts/models/test-models"
        model.operatorCodes = [self._code(*code) for code in self._codes]
        model.subgraphs = [self._subgraph(graph) for graph in self._graphs]
        model.buffers = [self._buffer(content) for content in self._buffers]
        model.signatureDefs = self._signatures or None
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), file_identifier=FILE_IDENTIFIER)
        return bytes(builder.Output())

    @staticmethod
    def _code(name: str, version: int):
        code = schema.OperatorCodeT()
        code.version = version
        builtin = getattr(schema.BuiltinOperator, name, schema.BuiltinOperator.CUSTOM)
        code.builtinCode = builtin
        # The old field, of 8 bits: what does not fit says 127 there.
        code.deprecatedBuiltinCode = min(builtin, 127)
        if builtin == schema.BuiltinOperator.CUSTOM:
            code.customCode = name
        return code

    @staticmethod
    def _subgraph(graph: Graph):
        subgraph = schema.SubGraphT()
        subgraph.tensors, subgraph.operators = graph.tensors, graph.operators
        subgraph.inputs, subgraph.outputs = graph.inputs, graph.outputs
        return subgraph

    @staticmethod
    def _buffer(content: bytes):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8) if content else None
        return buffer
