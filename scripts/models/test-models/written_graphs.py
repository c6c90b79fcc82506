"""Models with odd graphs: several inputs and outputs, tensors in two roles, signatures, sizes of one and of none."""

import numpy as np

from builder import ModelFile, Quantization
from cases import Case, Run, numbers


def _several() -> Case:
    model = ModelFile()
    graph = model.graph()
    image = graph.input("image", "float32", (1, 2, 2, 3))
    offset = graph.input("offset", "float32", (3,))
    counts = graph.input("counts", "int32", (4,))
    unused = graph.input("unused", "bool", (2,))
    shifted = graph.output("shifted", "float32", (1, 2, 2, 3))
    twice = graph.output("twice", "int32", (4,))
    negative = graph.output("negative", "float32", (3,))
    graph.operator("ADD", [image, offset], [shifted], AddOptions={})
    graph.operator("ADD", [counts, counts], [twice], AddOptions={})
    graph.operator("NEG", [offset], [negative], NegOptions={})
    run = Run({
        "image": numbers((1, 2, 2, 3)),
        "offset": numbers((3,), seed=1),
        "counts": numbers((4,), np.int32),
        "unused": np.array([True, False]),
    })  # fmt: skip
    assert unused == 3
    return Case("several_inputs_outputs", model.to_bytes(), [run])


def _passed_through() -> Case:
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", "float32", (4,))
    graph.outputs.append(given)
    double = graph.output("double", "float32", (4,))
    graph.operator("ADD", [given, given], [double], AddOptions={})
    return Case("input_as_output", model.to_bytes(), [Run({"given": numbers((4,), seed=seed)}) for seed in (0, 1)])


def _constant() -> Case:
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", "float32", (3,))
    constant = graph.output("constant", "float32", (3,), values=np.array([1.5, -2.25, 3.125], np.float32))
    total = graph.output("total", "float32", (3,))
    graph.operator("ADD", [given, constant], [total], AddOptions={})
    return Case("constant_output", model.to_bytes(), [Run({"given": numbers((3,))})])


def _twice() -> Case:
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", "float32", (4,))
    negative = graph.output("negative", "float32", (4,))
    graph.outputs.append(negative)
    graph.operator("NEG", [given], [negative], NegOptions={})
    return Case("duplicate_outputs", model.to_bytes(), [Run({"given": numbers((4,))})])


def _scalar() -> Case:
    model = ModelFile()
    graph = model.graph()
    a, b = graph.input("a", "float32", ()), graph.input("b", "int32", ())
    double, negative = graph.output("double", "float32", ()), graph.output("negative", "int32", ())
    graph.operator("ADD", [a, a], [double], AddOptions={})
    graph.operator("NEG", [b], [negative], NegOptions={})
    return Case("scalars", model.to_bytes(), [Run({"a": np.array(1.25, np.float32), "b": np.array(-7, np.int32)})])


def _none() -> Case:
    """A tensor of no elements beside one of some."""
    model = ModelFile()
    graph = model.graph()
    empty, full = graph.input("empty", "float32", (0, 3)), graph.input("full", "float32", (2, 3))
    axis_of = {"ConcatenationOptions": {"axis": 0}}
    nothing, joined = graph.output("nothing", "float32", (0, 3)), graph.output("joined", "float32", (2, 3))
    graph.operator("CONCATENATION", [empty, empty], [nothing], **axis_of)
    graph.operator("CONCATENATION", [empty, full], [joined], **axis_of)
    return Case("zero_size", model.to_bytes(), [Run({"empty": numbers((0, 3)), "full": numbers((2, 3))})])


def _per_channel() -> Case:
    """A constant quantized along a dimension, which the graph also gives out as it is."""
    model = ModelFile()
    graph = model.graph()
    given = graph.input("given", "float32", (2, 3))
    channels = Quantization((0.5, 0.25, 0.125), (0, 0, 0), axis=1)
    weights = graph.output(
        "weights", "int8", (2, 3), quantization=channels, values=np.array([[1, -2, 3], [-4, 5, 127]], np.int8)
    )
    floats = graph.tensor("floats", "float32", (2, 3))
    product = graph.output("product", "float32", (2, 3))
    graph.operator("DEQUANTIZE", [weights], [floats], version=5, DequantizeOptions={})
    graph.operator("MUL", [given, floats], [product], MulOptions={})
    return Case("per_channel", model.to_bytes(), [Run({"given": numbers((2, 3))})])


def _many_dimensions() -> Case:
    model = ModelFile()
    graph = model.graph()
    shape = (1, 2, 1, 3, 2)
    given = graph.input("given", "float32", shape)
    raised = graph.output("raised", "float32", shape)
    graph.operator("ABS", [given], [raised], AbsOptions={})
    return Case("five_dimensions", model.to_bytes(), [Run({"given": numbers(shape)})])


def _two_graphs() -> Case:
    """Two signatures, each of a graph of its own."""
    model = ModelFile()
    first = model.graph()
    x = first.input("x_tensor", "float32", (3,))
    y = first.input("y_tensor", "float32", (3,))
    total = first.output("total_tensor", "float32", (3,))
    first.operator("ADD", [x, y], [total], AddOptions={})
    second = model.graph()
    value = second.input("value_tensor", "int32", (2, 2))
    negative = second.output("negative_tensor", "int32", (2, 2))
    square = second.output("square_tensor", "int32", (2, 2))
    second.operator("NEG", [value], [negative], NegOptions={})
    second.operator("MUL", [value, value], [square], MulOptions={})
    model.signature("add", 0, {"x": x, "y": y}, {"total": total})
    model.signature("powers", 1, {"value": value}, {"square": square, "negative": negative})
    floats = {"x": numbers((3,)), "y": numbers((3,), seed=1)}
    integers = {"value": numbers((2, 2), np.int32)}
    runs = [
        Run({"x_tensor": floats["y"], "y_tensor": floats["y"]}),
        Run(floats, signature="add"),
        Run(integers, signature="powers"),
        Run({"value": numbers((2, 2), np.int32, 3)}, signature="powers"),
    ]
    return Case("signatures_two_graphs", model.to_bytes(), runs)


def _two_names() -> Case:
    """Two signatures of one graph, which name its tensors differently and in another order."""
    model = ModelFile()
    graph = model.graph()
    a, b = graph.input("a", "float32", (2,)), graph.input("b", "float32", (2,))
    difference, total = graph.output("difference", "float32", (2,)), graph.output("total", "float32", (2,))
    graph.operator("SUB", [a, b], [difference], SubOptions={})
    graph.operator("ADD", [a, b], [total], AddOptions={})
    model.signature("serving_default", 0, {"a": a, "b": b}, {"difference": difference, "total": total})
    model.signature("reversed", 0, {"right": b, "left": a}, {"sum": total, "minus": difference})
    one, other = numbers((2,)), numbers((2,), seed=1)
    runs = [
        Run({"a": one, "b": other}),
        Run({"a": other, "b": one}, signature="serving_default"),
        Run({"left": one, "right": other}, signature="reversed"),
    ]
    return Case("signatures_one_graph", model.to_bytes(), runs)


def graph_cases() -> list[Case]:
    return [
        _several(),
        _passed_through(),
        _constant(),
        _twice(),
        _scalar(),
        _none(),
        _per_channel(),
        _many_dimensions(),
        _two_graphs(),
        _two_names(),
    ]
