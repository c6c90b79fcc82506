"""Weights of a published PyTorch checkpoint, for `Layers`."""

import numpy as np

from torch_weights import read_state_dict

BATCH_NORM_EPSILON = 1e-3


class Checkpoint:
    """The tensors of a checkpoint by their names. Kernels come in PyTorch's order of axes, O I H W.

    The weights of EfficientNet-Lite were trained with TensorFlow's "same" padding; PyTorch's symmetric one shifts every stride.
    """

    def __init__(self, path: str):
        self._tensors = read_state_dict(path)
        self._unused = {name for name in self._tensors if not name.endswith("num_batches_tracked")}

    def _take(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        tensor = self._tensors[name]
        if tensor.shape != shape:
            raise ValueError(f"{name} has shape {tensor.shape}, the network needs {shape}")
        self._unused.discard(name)
        return tensor

    def kernel(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        height, width, channels_in, channels_out = shape
        return self._take(f"{name}.weight", (channels_out, channels_in, height, width)).transpose(2, 3, 1, 0)

    def depthwise_kernel(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        height, width, channels, _ = shape
        return self._take(f"{name}.weight", (channels, 1, height, width)).transpose(2, 3, 0, 1)

    def batch_norm(self, name: str, channels: int, _before) -> tuple[np.ndarray, np.ndarray]:
        weight, bias, mean, variance = (
            self._take(f"{name}.{part}", (channels,)).astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = weight / np.sqrt(variance + BATCH_NORM_EPSILON)
        return factor, (bias - mean * factor).astype(np.float32)

    def dense(self, name: str, shape: tuple[int, ...], _x) -> tuple[np.ndarray, np.ndarray]:
        return self._take(f"{name}.weight", shape), self._take(f"{name}.bias", shape[:1])

    def require_all_used(self) -> None:
        if self._unused:
            names = ", ".join(sorted(self._unused))
            raise ValueError(f"the checkpoint has tensors that the network does not use: {names}")
