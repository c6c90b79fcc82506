"""One model for each dtype that TFLite carries through an operator."""

import numpy as np

from builder import ModelFile, Quantization
from cases import Case, Run, numbers

SHAPE = (2, 3)


def _binary(name: str, operator: str, dtype: str, shape=SHAPE, *, quantizations=(None, None, None), runs, **options):
    model = ModelFile()
    graph = model.graph()
    of_a, of_b, of_sum = quantizations
    a = graph.input("a", dtype, shape, quantization=of_a)
    b = graph.input("b", dtype, shape, quantization=of_b)
    result = graph.output("result", dtype, shape, quantization=of_sum)
    graph.operator(operator, [a, b], [result], **options)
    return Case(name, model.to_bytes(), [Run({"a": a, "b": b}) for a, b in runs])


def _pair(dtype, seed: int = 0):
    return numbers(SHAPE, dtype, seed), numbers(SHAPE, dtype, seed + 1)


def _extremes(dtype):
    """The ends of an integer type, which its bits carry and its arithmetic wraps."""
    info = np.iinfo(dtype)
    values = np.array([info.min, info.max, info.max - 1, 0, 1, info.max // 2], dtype).reshape(SHAPE)
    return values, values[::-1].copy()


def _casts(name: str, dtype: str, other: str, inputs) -> Case:
    """`dtype` to `other` and back, both of them outputs."""
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", dtype, SHAPE)
    cast = graph.output("cast", other, SHAPE)
    back = graph.output("back", dtype, SHAPE)
    graph.operator("CAST", [given], [cast], CastOptions={})
    graph.operator("CAST", [cast], [back], CastOptions={})
    return Case(name, model.to_bytes(), [Run({"given": values}) for values in inputs])


def _moved(name: str, dtype: str, inputs) -> Case:
    """RESHAPE: for what has no arithmetic."""
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", dtype, SHAPE)
    shape = graph.tensor("shape", "int32", (2,), values=np.array([3, 2], np.int32))
    moved = graph.output("moved", dtype, (3, 2))
    graph.operator("RESHAPE", [given, shape], [moved], ReshapeOptions={"newShape": [3, 2]})
    return Case(name, model.to_bytes(), [Run({"given": values}) for values in inputs])


def _bool() -> Case:
    model = ModelFile()
    graph = model.graph()
    a, b = graph.input("a", "bool", SHAPE), graph.input("b", "bool", SHAPE)
    both, neither_a = graph.output("both", "bool", SHAPE), graph.output("not_a", "bool", SHAPE)
    graph.operator("LOGICAL_AND", [a, b], [both], LogicalAndOptions={})
    graph.operator("LOGICAL_NOT", [a], [neither_a], LogicalNotOptions={})
    return Case("dtype_bool", model.to_bytes(), [Run({"a": numbers(SHAPE, np.bool_), "b": numbers(SHAPE, np.bool_, 1)})])


def dtype_cases() -> list[Case]:
    fine, coarse = Quantization((1 / 32,), (3,)), Quantization((1 / 16,), (-5,))
    of_bytes = Quantization((1 / 32,), (128,)), Quantization((1 / 16,), (100,)), Quantization((1 / 8,), (120,))
    of_words = Quantization((1 / 1024,), (0,)), Quantization((1 / 512,), (0,)), Quantization((1 / 256,), (0,))
    adding = {"AddOptions": {}}
    halves = [numbers(SHAPE).astype(np.float16), np.array([65504, -65504, 6e-8, 1 / 3, -0.0, 2049], np.float16)]
    return [
        # The shape is that of the overhead benchmark: as little work as a run can have.
        _binary("add_float32", "ADD", "float32", (1, 4), runs=[(numbers((1, 4)), numbers((1, 4), seed=1))], **adding),
        _binary("dtype_float32", "ADD", "float32", runs=[_pair(np.float32), _pair(np.float32, 2)], **adding),
        _casts("dtype_float16", "float16", "float32", [values.reshape(SHAPE) for values in halves]),
        _casts("dtype_float64", "float64", "float32", [numbers(SHAPE, np.float64), numbers(SHAPE, np.float64) / 3]),
        _binary(
            "dtype_int8", "ADD", "int8", version=2, quantizations=(fine, coarse, Quantization((1 / 8,), (1,))),
            runs=[_pair(np.int8), _extremes(np.int8)], **adding,
        ),  # fmt: skip
        _binary("dtype_uint8", "ADD", "uint8", quantizations=of_bytes, runs=[_pair(np.uint8), _extremes(np.uint8)], **adding),
        _binary(
            "dtype_int16", "ADD", "int16", version=3, quantizations=of_words,
            runs=[_pair(np.int16), _extremes(np.int16)], AddOptions={"potScaleInt16": False},
        ),  # fmt: skip
        _binary("dtype_uint16", "BITWISE_XOR", "uint16", runs=[_pair(np.uint16), _extremes(np.uint16)], BitwiseXorOptions={}),
        _binary("dtype_int32", "ADD", "int32", runs=[_pair(np.int32)], **adding),
        _binary("dtype_uint32", "BITWISE_XOR", "uint32", runs=[_pair(np.uint32), _extremes(np.uint32)], BitwiseXorOptions={}),
        _binary("dtype_int64", "ADD", "int64", version=4, runs=[_pair(np.int64), _large(np.int64)], **adding),
        _moved("dtype_uint64", "uint64", [numbers(SHAPE, np.uint64), _extremes(np.uint64)[0]]),
        _bool(),
    ]


def _large(dtype):
    """Values that a double cannot hold, and whose sums do not wrap."""
    values = np.array([2**53 + 1, -(2**53) - 1, 2**61 + 1, -(2**61) - 3, 0, 1], dtype).reshape(SHAPE)
    return values, np.ones(SHAPE, dtype)
