"""Weights drawn from a seed, the same to the last bit on every machine: whole numbers up to one multiplication at the end."""

import numpy as np

# Of NumPy's generators RandomState is the one whose numbers are promised to stay.
_Random = np.random.RandomState

# What a ReLU leaves of the variance of values around zero: 1/2 − 1/(2π).
_LEFT_BY_RELU = 0.5 - 0.5 / np.pi


class RandomNumbers:
    def __init__(self, seed: int):
        self._random = _Random(seed)

    def _whole(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.frombuffer(self._random.bytes(2 * int(np.prod(shape))), "<i2").reshape(shape)

    def kernel(self, shape: tuple[int, ...], gain: float = 1.0) -> np.ndarray:
        """Weights by the rule of He et al. (2015), for inputs that were ReLU's.

        Each output's weights have the sum zero. ReLU's outputs are positive, on the whole by the same amount for every picture: that
        part would grow from layer to layer until the picture no longer mattered to the answer.
        """
        whole = self._whole(shape).reshape(shape[0], -1)
        inputs = whole.shape[1]
        mean = (whole.sum(1, dtype=np.int64) / inputs).astype(np.float32)
        # Of 2^16 numbers at equal distances, the standard deviation is 2^16 / √12.
        factor = np.float32(gain / np.sqrt(inputs * _LEFT_BY_RELU) * np.sqrt(12) / 2**16)
        centred = whole.astype(np.float32)
        centred -= mean[:, None]
        centred *= factor
        return centred.reshape(shape)

    def between(self, low: float, high: float, count: int) -> np.ndarray:
        step = np.float32((high - low) / 2**16)
        return (self._whole((count,)).astype(np.float32) + np.float32(2**15)) * step + np.float32(low)
