"""EfficientNet-Lite0 as a TensorFlow function with the weights of the published PyTorch checkpoint."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

INPUT_SIZE = 224
CLASSES = 1000
BATCH_NORM_EPSILON = 1e-3


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


class _Layers:
    """Layers with weights by their names in the checkpoint. Kernels come in PyTorch's order of axes, O I H W.

    Padding is TensorFlow's "same", which the weights were trained with; PyTorch's symmetric padding shifts every stride.
    """

    def __init__(self, tensors: dict[str, np.ndarray]):
        self._tensors = tensors
        self._unused = {name for name in tensors if not name.endswith("num_batches_tracked")}

    def _take(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        tensor = self._tensors[name]
        if tensor.shape != shape:
            raise ValueError(f"{name} has shape {tensor.shape}, the network needs {shape}")
        self._unused.discard(name)
        return tensor

    def require_all_used(self) -> None:
        if self._unused:
            names = ", ".join(sorted(self._unused))
            raise ValueError(f"the checkpoint has tensors that the network does not use: {names}")

    def batch_norm(self, x: tf.Tensor, name: str) -> tf.Tensor:
        scale, offset, mean, variance = (
            self._take(f"{name}.{part}", (x.shape[3],)) for part in ("weight", "bias", "running_mean", "running_var")
        )
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, BATCH_NORM_EPSILON)

    def convolution(self, x: tf.Tensor, name: str, kernel: int, channels: int, stride: int = 1) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (channels, x.shape[3], kernel, kernel))
        return tf.nn.conv2d(x, weight.transpose(2, 3, 1, 0), stride, "SAME")

    def depthwise(self, x: tf.Tensor, name: str, kernel: int, stride: int) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (x.shape[3], 1, kernel, kernel))
        return tf.nn.depthwise_conv2d(x, weight.transpose(2, 3, 0, 1), [1, stride, stride, 1], "SAME")

    def dense(self, x: tf.Tensor, name: str, units: int) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (units, x.shape[1]))
        return tf.linalg.matmul(x, weight, transpose_b=True) + self._take(f"{name}.bias", (units,))

    def block(self, x: tf.Tensor, name: str, stage: Stage, stride: int) -> tf.Tensor:
        hidden = x
        if stage.expansion != 1:
            hidden = self.convolution(hidden, f"{name}._expand_conv", 1, x.shape[3] * stage.expansion)
            hidden = tf.nn.relu6(self.batch_norm(hidden, f"{name}._bn0"))
        hidden = self.depthwise(hidden, f"{name}._depthwise_conv", stage.kernel, stride)
        hidden = tf.nn.relu6(self.batch_norm(hidden, f"{name}._bn1"))
        hidden = self.convolution(hidden, f"{name}._project_conv", 1, stage.channels)
        hidden = self.batch_norm(hidden, f"{name}._bn2")
        return hidden + x if stride == 1 and x.shape[3] == stage.channels else hidden


def build_network(tensors: dict[str, np.ndarray]):
    """The network as a concrete function from `image` (normalised pixels, NHWC) to logits; batch size 1.

    Every tensor of the checkpoint is used, or it is an error.
    """
    layers = _Layers(tensors)

    @tf.function(input_signature=[tf.TensorSpec((1, INPUT_SIZE, INPUT_SIZE, 3), tf.float32, "image")])
    def logits(image):
        hidden = layers.convolution(image, "_conv_stem", 3, STEM_CHANNELS, stride=2)
        hidden = tf.nn.relu6(layers.batch_norm(hidden, "_bn0"))
        strides = [(stage, 1 if repeat else stage.stride) for stage in STAGES for repeat in range(stage.repeats)]
        for index, (stage, stride) in enumerate(strides):
            with tf.name_scope(f"block{index}"):
                hidden = layers.block(hidden, f"_blocks.{index}", stage, stride)
        hidden = layers.convolution(hidden, "_conv_head", 1, HEAD_CHANNELS)
        hidden = tf.nn.relu6(layers.batch_norm(hidden, "_bn1"))
        return {"logits": layers.dense(tf.reduce_mean(hidden, (1, 2)), "_fc", CLASSES)}

    function = logits.get_concrete_function()
    layers.require_all_used()
    return function
