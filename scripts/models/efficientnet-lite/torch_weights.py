"""Reads the tensors of a legacy (pre-zip) PyTorch checkpoint without PyTorch.

A checkpoint is a sequence of pickles followed by raw storages. Pickle runs code of the file's choosing, so the
unpickler here knows four names and refuses every other one. PyTorch itself would be a 200 MB download for this.
"""

import io
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001

STORAGE_TYPES = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
}


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype
    count: int


@dataclass(frozen=True)
class _TensorView:
    """A tensor before its storage was read: the pickles come first in the file, the data after."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(storage, offset, shape, strides, _requires_grad, _hooks):
    return _TensorView(storage, offset, tuple(shape), tuple(strides))


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in STORAGE_TYPES:
            return STORAGE_TYPES[name]
        raise pickle.UnpicklingError(f"the checkpoint asks for {module}.{name}, which is not allowed")

    def persistent_load(self, pid):
        kind, dtype, key, _location, count, view = pid
        if kind != "storage" or view is not None:
            raise pickle.UnpicklingError(f"unexpected persistent id {pid!r}")
        return _Storage(key, dtype, count)


def _load(stream: io.BufferedIOBase):
    return _RestrictedUnpickler(stream).load()


def _read_storage(stream: io.BufferedIOBase, storage: _Storage) -> np.ndarray:
    (count,) = struct.unpack("<q", stream.read(8))
    if count != storage.count:
        raise ValueError(f"storage {storage.key} has {count} elements, {storage.count} were announced")
    data = stream.read(count * storage.dtype.itemsize)
    if len(data) != count * storage.dtype.itemsize:
        raise ValueError(f"storage {storage.key} is cut short")
    return np.frombuffer(data, storage.dtype)


def _materialise(view: _TensorView, storage: np.ndarray) -> np.ndarray:
    # The file's convolution weights are transposed views: reading them as contiguous gives a network that runs and
    # recognises nothing, so the strides are honoured.
    last = view.offset + sum((n - 1) * s for n, s in zip(view.shape, view.strides))
    if min(view.shape, default=1) < 1 or view.offset < 0 or last >= storage.size or min(view.strides, default=0) < 0:
        raise ValueError("a tensor reaches outside its storage")
    strides = [s * storage.itemsize for s in view.strides]
    return np.lib.stride_tricks.as_strided(storage[view.offset :], view.shape, strides).copy()


def read_state_dict(path: str) -> dict[str, np.ndarray]:
    """All tensors of the checkpoint's state dict, by name."""
    with open(path, "rb") as stream:
        if _load(stream) != LEGACY_MAGIC or _load(stream) != LEGACY_PROTOCOL:
            raise ValueError(f"{path} is not a legacy PyTorch checkpoint")
        system = _load(stream)
        if not system.get("little_endian"):
            raise ValueError("big-endian checkpoints are not supported")
        views: dict[str, _TensorView] = _load(stream)
        by_key = {view.storage.key: view.storage for view in views.values()}
        storages = {key: _read_storage(stream, by_key[key]) for key in _load(stream)}
    return {name: _materialise(view, storages[view.storage.key]) for name, view in views.items()}
