"""Networks of inverted residuals: MobileNet v2, and the EfficientNets without squeeze-and-excitation.

A block widens its input by a 1×1 convolution, convolves each channel by itself, and projects the result to few channels; a fused
block does the first two at once, by a 3×3 convolution.
"""

import math
from dataclasses import dataclass, replace
from typing import Callable

import tensorflow as tf

from layers import Layers


@dataclass(frozen=True)
class Stage:
    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int
    fused: bool = False
    # Channels of the first block's input by which it is widened, where they are not the channels that it has.
    widened_from: int | None = None


@dataclass(frozen=True)
class Shape:
    """A whole network: a 3×3 convolution of stride 2, the stages, a 1×1 convolution, the mean over all places, a dense layer."""

    stem: int
    stages: tuple[Stage, ...]
    head: int
    classes: int
    activation: Callable[[tf.Tensor], tf.Tensor] = tf.nn.relu6


def round_channels(channels: int, width: float) -> int:
    """The multiple of 8 that is nearest to channels × width, but not less than 90 % of it."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def scale(stage: Stage, width: float, depth: float) -> Stage:
    """EfficientNet's compound scaling of one stage."""
    return replace(
        stage,
        repeats=math.ceil(stage.repeats * depth),
        channels=round_channels(stage.channels, width),
        widened_from=None if stage.widened_from is None else round_channels(stage.widened_from, width),
    )


def _block(layers: Layers, x, name: str, stage: Stage, stride: int, widened_from: int, activation) -> tf.Tensor:
    # The names are those of the PyTorch checkpoints.
    hidden, first, last = x, f"{name}._bn0", f"{name}._bn2"
    channels = widened_from * stage.expansion
    if stage.fused:
        # The stride is the projection's: that is how EfficientNet-EdgeTPU was published.
        hidden = activation(layers.convolution(hidden, f"{name}._expand_conv", first, (3, 3), channels))
        hidden = layers.convolution(hidden, f"{name}._project_conv", last, (1, 1), stage.channels, stride)
    else:
        if stage.expansion != 1:
            hidden = activation(layers.convolution(hidden, f"{name}._expand_conv", first, (1, 1), channels))
        hidden = layers.depthwise(hidden, f"{name}._depthwise_conv", f"{name}._bn1", stage.kernel, stride)
        hidden = layers.convolution(activation(hidden), f"{name}._project_conv", last, (1, 1), stage.channels)
    return hidden + x if stride == 1 and x.shape[3] == stage.channels else hidden


def logits(layers: Layers, image: tf.Tensor, shape: Shape) -> tf.Tensor:
    """The network's answer to normalised pixels, NHWC."""
    activation = shape.activation
    hidden = activation(layers.convolution(image, "_conv_stem", "_bn0", (3, 3), shape.stem, stride=2))
    blocks = [(stage, repeat == 0) for stage in shape.stages for repeat in range(stage.repeats)]
    for index, (stage, first) in enumerate(blocks):
        widened_from = stage.widened_from if first and stage.widened_from is not None else hidden.shape[3]
        with tf.name_scope(f"block{index}"):
            name, stride = f"_blocks.{index}", stage.stride if first else 1
            hidden = _block(layers, hidden, name, stage, stride, widened_from, activation)
    hidden = activation(layers.convolution(hidden, "_conv_head", "_bn1", (1, 1), shape.head))
    return layers.dense(tf.reduce_mean(hidden, (1, 2)), "_fc", shape.classes)
