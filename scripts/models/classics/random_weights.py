"""Weights drawn from a seed, for networks whose trained weights cannot be had: their time is right, their answers mean nothing."""

from typing import Callable

import numpy as np
import tensorflow as tf

BATCH_NORM_EPSILON = 1e-3
# With the logits this far apart, the first probability of a thousand is some tenths, as it is of a trained network.
LOGIT_DEVIATION = 4.0


class RandomWeights:
    """The first pass of the network over some pictures fixes its numbers, later ones use them.

    Each batch norm makes mean and variance of its channels 0 and 1 over those pictures, as a trained one does. Left at nothing,
    they would let a deep network's values vanish or grow, and its answers no longer depend on the picture.
    """

    def __init__(self, seed: int):
        # Of NumPy's generators the one whose numbers are promised to stay.
        self._random = np.random.RandomState(seed)
        self._drawn: dict[str, np.ndarray] = {}
        self._fixed: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def _draw(self, name: str, shape: tuple[int, ...], inputs: int) -> np.ndarray:
        if name not in self._drawn:
            limit = np.sqrt(3 / inputs)
            self._drawn[name] = self._random.uniform(-limit, limit, shape)
        return self._drawn[name]

    def kernel(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        return self._draw(name, shape, shape[0] * shape[1] * shape[2])

    def depthwise_kernel(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        return self._draw(name, shape, shape[0] * shape[1])

    def batch_norm(self, name: str, channels: int, before: Callable[[], tf.Tensor]) -> tuple[np.ndarray, np.ndarray]:
        if name not in self._fixed:
            values = before().numpy().reshape(-1, channels)
            mean, variance = values.mean(0, dtype=np.float64), values.var(0, dtype=np.float64)
            factor = 1 / np.sqrt(variance + BATCH_NORM_EPSILON)
            self._fixed[name] = factor, (-mean * factor).astype(np.float32)
        return self._fixed[name]

    def dense(self, name: str, shape: tuple[int, ...], x: tf.Tensor) -> tuple[np.ndarray, np.ndarray]:
        if name not in self._fixed:
            weight = self._draw(name, shape, shape[1])
            values = x.numpy().astype(np.float64) @ weight.T
            factor = LOGIT_DEVIATION / values.std(0).mean()
            bias = -values.mean(0) * factor
            self._fixed[name] = (weight * factor).astype(np.float32), bias.astype(np.float32)
        return self._fixed[name]
