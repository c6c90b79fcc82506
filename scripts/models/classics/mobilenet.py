"""MobileNet v1 (Howard et al., 2017) and v2 (Sandler et al., 2018) of width 1."""

import tensorflow as tf

import inverted_residuals
from inverted_residuals import Shape, Stage
from layers import Layers

# Channels and stride of each pair of a depthwise and a 1×1 convolution.
V1_PAIRS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))

V2_STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(3, 3, 2, 6, 32),
    Stage(4, 3, 2, 6, 64),
    Stage(3, 3, 1, 6, 96),
    Stage(3, 3, 2, 6, 160),
    Stage(1, 3, 1, 6, 320),
)


def v1(layers: Layers, image: tf.Tensor, classes: int) -> tf.Tensor:
    hidden = tf.nn.relu6(layers.convolution(image, "stem", "stem.norm", (3, 3), 32, stride=2))
    for index, (channels, stride) in enumerate(V1_PAIRS):
        depthwise, pointwise = f"{index}.depthwise", f"{index}.pointwise"
        hidden = tf.nn.relu6(layers.depthwise(hidden, depthwise, f"{depthwise}.norm", 3, stride))
        hidden = tf.nn.relu6(layers.convolution(hidden, pointwise, f"{pointwise}.norm", (1, 1), channels))
    return layers.dense(tf.reduce_mean(hidden, (1, 2)), "classes", classes)


def v2(layers: Layers, image: tf.Tensor, classes: int) -> tf.Tensor:
    return inverted_residuals.logits(layers, image, Shape(32, V2_STAGES, 1280, classes))
