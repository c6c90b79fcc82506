"""EfficientNet-Lite0 with other weights: float16, int8 with float activations, and as ONNX."""

import sys
from pathlib import Path

import tensorflow as tf

# The network is the default model's: the two must not come apart.
sys.path.append(str(Path(__file__).resolve().parents[1] / "efficientnet-lite"))

from network import build_network  # noqa: E402

FILES = {
    "fp16": "efficientnet_lite0_fp16.tflite",
    "dynamicRange": "efficientnet_lite0_dynamic_range.tflite",
    "onnx": "efficientnet_lite0_fp32.onnx",
}
ONNX_OPSET = 17
ONNX_INPUT, ONNX_OUTPUT = "image", "logits"


def _convert(network, types: list) -> bytes:
    converter = tf.lite.TFLiteConverter.from_concrete_functions([network], tf.Module())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = types
    return converter.convert()


def _to_onnx(float32: Path) -> bytes:
    from tf2onnx import convert

    model, _ = convert._convert_common(
        None, tflite_path=str(float32), opset=ONNX_OPSET, name="efficientnet_lite0"
    )[:2]
    _rename(model.graph)
    return model.SerializeToString(deterministic=True)


def _rename(graph) -> None:
    """Numbers everything in the order of its use, for tf2onnx numbers in the order of addresses: other bytes at each run.

    Input and output get the names that the signatures of the .tflite models have for them.
    """
    names = {graph.input[0].name: ONNX_INPUT, graph.output[0].name: ONNX_OUTPUT}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    used = []
    for place, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{place}"
        for name in node.input:
            if name in constants and name not in names:
                names[name] = f"constant_{len(used)}"
                used.append(constants[name])
        for name in node.output:
            names.setdefault(name, f"{node.name}:0")
        for tensors in (node.input, node.output):
            tensors[:] = [names[name] for name in tensors]
    for value in [*graph.input, *graph.output, *used]:
        value.name = names[value.name]
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(used)


def make_variants(weights: Path, float32: Path) -> dict[str, bytes]:
    """The variants' file contents, by what they are."""
    network = build_network("lite0", weights)
    return {
        "fp16": _convert(network, [tf.float16]),
        "dynamicRange": _convert(network, []),
        "onnx": _to_onnx(float32),
    }
