"""Writes the network's layers as a .tflite model, in float32 or in int8."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from flatbuffer import Quantization, TfliteWriter
from network import INPUT_NAME, OUTPUT_NAME, Add, Convolution, GlobalAveragePool, Layer, output_shapes
from quantize import ActivationRange, quantize_parameters

SPATIAL_AXES = np.array([1, 2], np.int32)


class Float32:
    """Tensors as they are."""

    dtype = np.float32
    versions = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 1, "FULLY_CONNECTED": 1, "ADD": 1, "MEAN": 1}

    def activation(self, name: str) -> None:
        return None

    def parameters(self, layer: Convolution):
        return (layer.weight, None), (layer.bias, None)


class Int8:
    """Activations int8 with one scale a tensor, weights int8 with one scale a channel, biases int32."""

    dtype = np.int8
    # The first version of each operator that takes int8 with these scales; readers refuse versions they don't know.
    versions = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 4, "ADD": 2, "MEAN": 2, "QUANTIZE": 1}

    def __init__(self, ranges: dict[str, ActivationRange]):
        self._activations = {name: r.quantization() for name, r in ranges.items()}

    def activation(self, name: str) -> Quantization:
        return self._activations[name]

    def parameters(self, layer: Convolution):
        return quantize_parameters(layer, self._activations[layer.input])


def write_float32(layers: list[Layer], description: str) -> bytes:
    """One float32 input (normalised pixels), one float32 output (logits)."""
    writer = TfliteWriter(description)
    indices = _write_layers(writer, layers, Float32(), INPUT_NAME, OUTPUT_NAME)
    return writer.finish(indices[INPUT_NAME], indices[OUTPUT_NAME])


def write_int8(layers: list[Layer], ranges: dict[str, ActivationRange], description: str) -> bytes:
    """One uint8 input (pixels as they are), one uint8 output (logits on its scale), int8 between them."""
    writer, encoding = TfliteWriter(description), Int8(ranges)
    shapes = output_shapes(layers)

    def outer(name: str) -> int:
        inner = encoding.activation(name)
        return writer.activation(name, shapes[name], np.uint8, Quantization(inner.scale, inner.zero_point + 128))

    graph_input, graph_output = outer(INPUT_NAME), outer(OUTPUT_NAME)
    inner_input, inner_output = f"{INPUT_NAME}/int8", f"{OUTPUT_NAME}/int8"

    def convert(source: int, target: int) -> None:
        writer.operator("QUANTIZE", encoding.versions["QUANTIZE"], [source], target, schema.QuantizeOptionsT())

    first = writer.activation(inner_input, shapes[INPUT_NAME], np.int8, encoding.activation(INPUT_NAME))
    convert(graph_input, first)
    indices = _write_layers(writer, layers, encoding, inner_input, inner_output, first)
    convert(indices[OUTPUT_NAME], graph_output)
    return writer.finish(graph_input, graph_output)


def _write_layers(writer, layers, encoding, input_name, output_name, input_index=None) -> dict[str, int]:
    """Writes every layer; returns the index of each activation by the layer's name."""
    shapes = output_shapes(layers)
    if input_index is None:
        input_index = writer.activation(
            input_name, shapes[INPUT_NAME], encoding.dtype, encoding.activation(INPUT_NAME)
        )
    indices = {INPUT_NAME: input_index}
    for layer in layers:
        name = output_name if layer.name == OUTPUT_NAME else layer.name
        output = writer.activation(name, shapes[layer.name], encoding.dtype, encoding.activation(layer.name))
        kind, inputs, options = _operator(writer, layer, encoding, indices)
        writer.operator(kind, encoding.versions[kind], inputs, output, options)
        indices[layer.name] = output
    return indices


def _operator(writer, layer, encoding, indices):
    if isinstance(layer, Add):
        return "ADD", [indices[name] for name in layer.inputs], schema.AddOptionsT()
    if isinstance(layer, GlobalAveragePool):
        axes = writer.constant(f"{layer.name}/axes", SPATIAL_AXES)
        return "MEAN", [indices[layer.input], axes], schema.ReducerOptionsT(keepDims=False)

    weight, bias = encoding.parameters(layer)
    inputs = [
        indices[layer.input],
        writer.constant(f"{layer.name}/weight", *weight),
        writer.constant(f"{layer.name}/bias", *bias),
    ]
    activation = schema.ActivationFunctionType.RELU6 if layer.relu6 else schema.ActivationFunctionType.NONE
    if layer.kind == "dense":
        return "FULLY_CONNECTED", inputs, schema.FullyConnectedOptionsT(fusedActivationFunction=activation)
    shared = dict(
        padding=schema.Padding.SAME, strideW=layer.stride, strideH=layer.stride, fusedActivationFunction=activation
    )
    if layer.kind == "depthwise":
        return "DEPTHWISE_CONV_2D", inputs, schema.DepthwiseConv2DOptionsT(depthMultiplier=1, **shared)
    return "CONV_2D", inputs, schema.Conv2DOptionsT(**shared)
