"""A .tflite file, tensor by tensor and operator by operator. Knows the file format and nothing of the network."""

from dataclasses import dataclass

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

FILE_IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3
DATA_ALIGNMENT = 16

TENSOR_TYPES = {
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.uint8): schema.TensorType.UINT8,
}


@dataclass(frozen=True)
class Quantization:
    """real = scale * (stored - zero_point); one value for the tensor, or one for each index of `axis`."""

    scale: np.ndarray
    zero_point: np.ndarray
    axis: int = 0


class _AlignedBuffer(schema.BufferT):
    # The generated packer forgets the schema's force_align: 16, and unaligned weights are undefined behaviour.
    def Pack(self, builder):
        vector = None
        if self.data is not None:
            builder.StartVector(1, len(self.data), DATA_ALIGNMENT)
            builder.head -= len(self.data)
            builder.Bytes[builder.head : builder.head + len(self.data)] = self.data
            vector = builder.EndVector()
        schema.BufferStart(builder)
        if vector is not None:
            schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)


class TfliteWriter:
    def __init__(self, description: str):
        self._graph = schema.SubGraphT(tensors=[], operators=[], name="main")
        # Buffer 0 is empty by convention: it marks a tensor without constant data.
        self._model = schema.ModelT(
            version=SCHEMA_VERSION,
            description=description,
            operatorCodes=[],
            subgraphs=[self._graph],
            buffers=[_AlignedBuffer()],
        )
        self._codes: dict[tuple[int, int], int] = {}

    def activation(self, name: str, shape, dtype, quantization: Quantization | None = None) -> int:
        """A tensor that is computed at run time; returns its index."""
        return self._tensor(name, shape, np.dtype(dtype), 0, quantization)

    def constant(self, name: str, values: np.ndarray, quantization: Quantization | None = None) -> int:
        """A tensor whose values are in the file; returns its index."""
        little_endian = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"))
        self._model.buffers.append(_AlignedBuffer(data=little_endian.tobytes()))
        return self._tensor(name, values.shape, values.dtype, len(self._model.buffers) - 1, quantization)

    def _tensor(self, name, shape, dtype, buffer, quantization) -> int:
        tensor = schema.TensorT(
            name=name, shape=[int(n) for n in shape], type=TENSOR_TYPES[dtype], buffer=buffer, hasRank=True
        )
        if quantization is not None:
            tensor.quantization = schema.QuantizationParametersT(
                scale=np.atleast_1d(quantization.scale).astype(np.float32),
                zeroPoint=np.atleast_1d(quantization.zero_point).astype(np.int64),
                quantizedDimension=quantization.axis,
            )
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def operator(self, kind: str, version: int, inputs: list[int], output: int, options) -> None:
        """`kind` is the schema's name (CONV_2D), `options` one of its option objects."""
        code = getattr(schema.BuiltinOperator, kind)
        if (code, version) not in self._codes:
            self._codes[code, version] = len(self._model.operatorCodes)
            self._model.operatorCodes.append(
                schema.OperatorCodeT(builtinCode=code, deprecatedBuiltinCode=min(code, 127), version=version)
            )
        self._graph.operators.append(
            schema.OperatorT(
                opcodeIndex=self._codes[code, version],
                inputs=inputs,
                outputs=[output],
                builtinOptionsType=getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T")),
                builtinOptions=options,
            )
        )

    def finish(self, graph_input: int, graph_output: int) -> bytes:
        """The finished file, with a `serving_default` signature named like its tensors."""
        self._graph.inputs, self._graph.outputs = [graph_input], [graph_output]
        named = lambda index: schema.TensorMapT(name=self._graph.tensors[index].name, tensorIndex=index)  # noqa: E731
        self._model.signatureDefs = [
            schema.SignatureDefT(
                inputs=[named(graph_input)], outputs=[named(graph_output)], signatureKey="serving_default"
            )
        ]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._model.Pack(builder), FILE_IDENTIFIER)
        return bytes(builder.Output())
