"""EfficientNet-Lite0 as a plain list of layers, with batch norm folded into the convolutions.

The list knows nothing of any framework: the writer turns it into a .tflite file, the quantizer into an int8 one.
"""

from dataclasses import dataclass

import numpy as np

INPUT_SIZE = 224
INPUT_NAME = "image"
OUTPUT_NAME = "logits"
CLASSES = 1000
BATCH_NORM_EPSILON = 1e-3


@dataclass(frozen=True)
class Convolution:
    """`kind` is conv (weight OHWI), depthwise (1HWC) or dense (OI). Padding is TensorFlow's "same"."""

    kind: str
    name: str
    input: str
    weight: np.ndarray
    bias: np.ndarray
    stride: int = 1
    relu6: bool = False


@dataclass(frozen=True)
class Add:
    name: str
    inputs: tuple[str, str]


@dataclass(frozen=True)
class GlobalAveragePool:
    name: str
    input: str


Layer = Convolution | Add | GlobalAveragePool


@dataclass(frozen=True)
class Stage:
    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int


STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


class _Builder:
    """Appends layers; each is named for its output tensor."""

    def __init__(self, tensors: dict[str, np.ndarray]):
        self.tensors = tensors
        self.used: set[str] = set()
        self.layers: list[Layer] = []

    def take(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        tensor = self.tensors[name]
        if tensor.shape != shape:
            raise ValueError(f"{name} has shape {tensor.shape}, the network needs {shape}")
        self.used.add(name)
        return tensor.astype(np.float64)

    def batch_norm(self, prefix: str, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """The factor and the offset that the batch norm applies to each channel."""
        weight, bias, mean, variance = (
            self.take(f"{prefix}.{part}", (channels,)) for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = weight / np.sqrt(variance + BATCH_NORM_EPSILON)
        return factor, bias - mean * factor

    def convolution(self, name, source, prefix, norm, kernel, channels_in, channels_out, stride=1, relu6=True) -> str:
        weight = self.take(f"{prefix}.weight", (channels_out, channels_in, kernel, kernel)).transpose(0, 2, 3, 1)
        factor, offset = self.batch_norm(norm, channels_out)
        return self._append("conv", name, source, weight * factor[:, None, None, None], offset, stride, relu6)

    def depthwise(self, name, source, prefix, norm, kernel, channels, stride) -> str:
        weight = self.take(f"{prefix}.weight", (channels, 1, kernel, kernel)).transpose(1, 2, 3, 0)
        factor, offset = self.batch_norm(norm, channels)
        return self._append("depthwise", name, source, weight * factor, offset, stride, True)

    def dense(self, name, source, prefix, channels_in, channels_out) -> str:
        weight = self.take(f"{prefix}.weight", (channels_out, channels_in))
        return self._append("dense", name, source, weight, self.take(f"{prefix}.bias", (channels_out,)), 1, False)

    def _append(self, kind, name, source, weight, bias, stride, relu6) -> str:
        # Folding is done in float64 and rounded once, so that the file is the same on every machine.
        weight, bias = np.ascontiguousarray(weight, np.float32), bias.astype(np.float32)
        self.layers.append(Convolution(kind, name, source, weight, bias, stride, relu6))
        return name

    def block(self, index: int, source: str, channels_in: int, stage: Stage, stride: int) -> str:
        prefix, name = f"_blocks.{index}", f"block{index}"
        channels = channels_in * stage.expansion
        hidden = source
        if stage.expansion != 1:
            hidden = self.convolution(
                f"{name}/expand", hidden, f"{prefix}._expand_conv", f"{prefix}._bn0", 1, channels_in, channels
            )
        hidden = self.depthwise(
            f"{name}/depthwise", hidden, f"{prefix}._depthwise_conv", f"{prefix}._bn1", stage.kernel, channels, stride
        )
        hidden = self.convolution(
            f"{name}/project", hidden, f"{prefix}._project_conv", f"{prefix}._bn2", 1, channels, stage.channels,
            relu6=False,
        )
        if stride != 1 or channels_in != stage.channels:
            return hidden
        self.layers.append(Add(f"{name}/add", (hidden, source)))
        return f"{name}/add"


def build_network(tensors: dict[str, np.ndarray]) -> list[Layer]:
    """The layers in execution order; every tensor of the checkpoint is used, or it is an error."""
    builder = _Builder(tensors)
    hidden = builder.convolution("stem", INPUT_NAME, "_conv_stem", "_bn0", 3, 3, STEM_CHANNELS, stride=2)
    channels, index = STEM_CHANNELS, 0
    for stage in STAGES:
        for repeat in range(stage.repeats):
            hidden = builder.block(index, hidden, channels, stage, stage.stride if repeat == 0 else 1)
            channels, index = stage.channels, index + 1
    hidden = builder.convolution("head", hidden, "_conv_head", "_bn1", 1, channels, HEAD_CHANNELS)
    builder.layers.append(GlobalAveragePool("features", hidden))
    builder.dense(OUTPUT_NAME, "features", "_fc", HEAD_CHANNELS, CLASSES)

    unused = [name for name in tensors if name not in builder.used and not name.endswith("num_batches_tracked")]
    if unused:
        raise ValueError(f"the checkpoint has tensors that the network does not use: {', '.join(unused)}")
    return builder.layers


def output_shapes(layers: list[Layer]) -> dict[str, tuple[int, ...]]:
    """Shape of every activation for a batch of one."""
    shapes: dict[str, tuple[int, ...]] = {INPUT_NAME: (1, INPUT_SIZE, INPUT_SIZE, 3)}
    for layer in layers:
        if isinstance(layer, Add):
            shapes[layer.name] = shapes[layer.inputs[0]]
        elif isinstance(layer, GlobalAveragePool):
            shapes[layer.name] = (1, shapes[layer.input][3])
        elif layer.kind == "dense":
            shapes[layer.name] = (1, layer.weight.shape[0])
        else:
            _, height, width, _ = shapes[layer.input]
            channels = layer.weight.shape[3 if layer.kind == "depthwise" else 0]
            shapes[layer.name] = (1, -(-height // layer.stride), -(-width // layer.stride), channels)
    return shapes
