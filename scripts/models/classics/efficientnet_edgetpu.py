"""EfficientNet-EdgeTPU (Gupta and Akin, 2020): fused blocks first, ReLU, everything scaled by width and depth."""

import tensorflow as tf

import inverted_residuals
from inverted_residuals import Shape, Stage, round_channels, scale
from layers import Layers

STAGES = (
    Stage(1, 3, 1, 4, 24, fused=True, widened_from=24),
    Stage(2, 3, 2, 8, 32, fused=True),
    Stage(4, 3, 2, 8, 48, fused=True),
    Stage(5, 5, 2, 8, 96),
    Stage(4, 5, 1, 8, 144),
    Stage(2, 5, 2, 8, 192),
)


def logits(layers: Layers, image: tf.Tensor, classes: int, width: float, depth: float) -> tf.Tensor:
    stages = tuple(scale(stage, width, depth) for stage in STAGES)
    shape = Shape(round_channels(32, width), stages, round_channels(1280, width), classes, tf.nn.relu)
    return inverted_residuals.logits(layers, image, shape)
