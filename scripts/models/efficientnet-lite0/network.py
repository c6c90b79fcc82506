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

    def _batch_norm(self, name: str, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """The factor and the offset that the batch norm applies to each channel.

        The converter could fold it as well, but takes the processor's reciprocal square root, and makers of processors
        approximate that differently: in float64, rounded once, the model is the same on all of them.
        """
        weight, bias, mean, variance = (
            self._take(f"{name}.{part}", (channels,)).astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = weight / np.sqrt(variance + BATCH_NORM_EPSILON)
        return factor, (bias - mean * factor).astype(np.float32)

    def convolution(self, x, name: str, norm: str, kernel: int, channels: int, stride: int = 1) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (channels, x.shape[3], kernel, kernel)).transpose(2, 3, 1, 0)
        factor, offset = self._batch_norm(norm, channels)
        return tf.nn.conv2d(x, (weight * factor).astype(np.float32), stride, "SAME") + offset

    def depthwise(self, x, name: str, norm: str, kernel: int, stride: int) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (x.shape[3], 1, kernel, kernel)).transpose(2, 3, 0, 1)
        factor, offset = self._batch_norm(norm, x.shape[3])
        weight = (weight * factor[:, None]).astype(np.float32)
        return tf.nn.depthwise_conv2d(x, weight, [1, stride, stride, 1], "SAME") + offset

    def dense(self, x: tf.Tensor, name: str, units: int) -> tf.Tensor:
        weight = self._take(f"{name}.weight", (units, x.shape[1]))
        return tf.linalg.matmul(x, weight, transpose_b=True) + self._take(f"{name}.bias", (units,))

    def block(self, x: tf.Tensor, name: str, stage: Stage, stride: int) -> tf.Tensor:
        hidden = x
        if stage.expansion != 1:
            channels = x.shape[3] * stage.expansion
            hidden = tf.nn.relu6(self.convolution(hidden, f"{name}._expand_conv", f"{name}._bn0", 1, channels))
        hidden = self.depthwise(hidden, f"{name}._depthwise_conv", f"{name}._bn1", stage.kernel, stride)
        hidden = self.convolution(tf.nn.relu6(hidden), f"{name}._project_conv", f"{name}._bn2", 1, stage.channels)
        return hidden + x if stride == 1 and x.shape[3] == stage.channels else hidden


def build_network(tensors: dict[str, np.ndarray]):
    """The network as a concrete function from `image` (normalised pixels, NHWC) to logits; batch size 1.

    Every tensor of the checkpoint is used, or it is an error.
    """
    layers = _Layers(tensors)

    @tf.function(input_signature=[tf.TensorSpec((1, INPUT_SIZE, INPUT_SIZE, 3), tf.float32, "image")])
    def logits(image):
        hidden = tf.nn.relu6(layers.convolution(image, "_conv_stem", "_bn0", 3, STEM_CHANNELS, stride=2))
        strides = [(stage, 1 if repeat else stage.stride) for stage in STAGES for repeat in range(stage.repeats)]
        for index, (stage, stride) in enumerate(strides):
            with tf.name_scope(f"block{index}"):
                hidden = layers.block(hidden, f"_blocks.{index}", stage, stride)
        hidden = tf.nn.relu6(layers.convolution(hidden, "_conv_head", "_bn1", 1, HEAD_CHANNELS))
        return {"logits": layers.dense(tf.reduce_mean(hidden, (1, 2)), "_fc", CLASSES)}

    function = logits.get_concrete_function()
    layers.require_all_used()
    return function
