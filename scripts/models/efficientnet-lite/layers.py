"""Convolutions with their batch norm, and dense layers, as a network strings them together; they count as they go."""

from dataclasses import dataclass
from typing import Callable, Protocol

import numpy as np
import tensorflow as tf

Shape = tuple[int, ...]


class Weights(Protocol):
    """Where the numbers of a network come from."""

    def kernel(self, name: str, shape: Shape) -> np.ndarray:
        """Of a convolution: height, width, channels in, channels out."""

    def depthwise_kernel(self, name: str, shape: Shape) -> np.ndarray:
        """Height, width, channels, 1."""

    def batch_norm(self, name: str, channels: int, before: Callable[[], tf.Tensor]) -> tuple[np.ndarray, np.ndarray]:
        """The factor and the offset that it applies to each channel; `before` computes what it is applied to."""

    def dense(self, name: str, shape: Shape, x: tf.Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Weight, units by features, and bias of a layer that is applied to x."""


@dataclass(frozen=True)
class Published:
    """The size of a network as its authors say it, in millions; some count three operations for each normalised value as well."""

    parameters_m: float
    operations_m: float
    for_each_normalised: int = 0


class Layers:
    """Layers with the weights that have their names.

    Padding is TensorFlow's "same" unless said otherwise. Batch norms are folded into the kernels: the converter could do it as
    well, but takes the processor's reciprocal square root, and makers of processors approximate that differently. In float64,
    rounded once, the model is the same on all of them.
    """

    def __init__(self, weights: Weights):
        self._weights = weights
        self.parameters = 0
        self.multiplications = 0
        # Values that a batch norm is applied to.
        self.normalised = 0

    def convolution(
        self, x, name: str, norm: str, kernel: tuple[int, int], channels: int, stride: int = 1, padding: str = "SAME"
    ) -> tf.Tensor:
        weight = self._weights.kernel(name, (*kernel, x.shape[3], channels))
        factor, offset = self._weights.batch_norm(
            norm, channels, lambda: tf.nn.conv2d(x, weight.astype(np.float32), stride, padding)
        )
        y = tf.nn.conv2d(x, (weight * factor).astype(np.float32), stride, padding)
        self._count(weight.size, 2 * channels, y.shape[1] * y.shape[2])
        self.normalised += y.shape[1] * y.shape[2] * channels
        return y + offset

    def depthwise(self, x, name: str, norm: str, kernel: int, stride: int) -> tf.Tensor:
        channels, strides = x.shape[3], [1, stride, stride, 1]
        weight = self._weights.depthwise_kernel(name, (kernel, kernel, channels, 1))
        factor, offset = self._weights.batch_norm(
            norm, channels, lambda: tf.nn.depthwise_conv2d(x, weight.astype(np.float32), strides, "SAME")
        )
        y = tf.nn.depthwise_conv2d(x, (weight * factor[:, None]).astype(np.float32), strides, "SAME")
        self._count(weight.size, 2 * channels, y.shape[1] * y.shape[2])
        self.normalised += y.shape[1] * y.shape[2] * channels
        return y + offset

    def dense(self, x: tf.Tensor, name: str, units: int) -> tf.Tensor:
        weight, bias = self._weights.dense(name, (units, x.shape[1]), x)
        self._count(weight.size, units, 1)
        return tf.linalg.matmul(x, weight, transpose_b=True) + bias

    def _count(self, weights: int, others: int, places: int) -> None:
        """Each weight is multiplied once at each place of the output; a batch norm's means and variances are not trained."""
        self.parameters += weights + others
        self.multiplications += weights * places

    def require(self, published: Published) -> None:
        """Holds the network to the size that was published for it: parameters as they are rounded there, operations to 1 %."""
        parameters_m = self.parameters / 1e6
        operations_m = (self.multiplications + published.for_each_normalised * self.normalised) / 1e6
        is_as_large = round(parameters_m, 1) == published.parameters_m
        if not is_as_large or abs(operations_m / published.operations_m - 1) > 0.01:
            raise ValueError(
                f"the network has {parameters_m:.2f} M parameters and {operations_m:.0f} M operations,"
                f" published are {published.parameters_m} M and {published.operations_m} M"
            )


def trace(network: Callable[[tf.Tensor], dict[str, tf.Tensor]], size: int):
    """A network as a concrete function from `image` (normalised pixels, NHWC); batch size 1."""
    signature = [tf.TensorSpec((1, size, size, 3), tf.float32, "image")]
    return tf.function(network, input_signature=signature).get_concrete_function()
