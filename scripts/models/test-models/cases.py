"""A test model, and what is run on it."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Run:
    """One call: input values by name. Shapes are taken from them, so another shape resizes the model."""

    inputs: dict[str, np.ndarray]
    #: Key of the signature that is called; the names of `inputs` are then the signature's.
    signature: str | None = None


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    runs: list[Run] = field(default_factory=list)
    #: For models that no session can be opened on: the error's code, and what its message must say.
    refused: tuple[str, str] | None = None


def numbers(shape: tuple[int, ...], dtype=np.float32, seed: int = 0) -> np.ndarray:
    """Values that look arbitrary: ((37·i + 11 + 71·seed) mod 251 − 125), divided by 32 for floats."""
    count = int(np.prod(shape))
    values = (np.arange(count) * 37 + 11 + 71 * seed) % 251
    if dtype == np.bool_:
        return (values % 2 == 0).reshape(shape)
    if np.issubdtype(dtype, np.unsignedinteger):
        return values.astype(dtype).reshape(shape)
    values = values - 125
    if np.issubdtype(dtype, np.floating):
        values = values / 32
    return values.astype(dtype).reshape(shape)
