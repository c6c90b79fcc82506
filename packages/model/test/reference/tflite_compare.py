"""Compares .tflite files by meaning: python tflite_compare.py A B [A B ...]

Both are read with LiteRT's generated object API, an implementation that has nothing to do with ours. Where data lies outside the FlatBuffer,
what the offset leads to is compared in the place of the offset.
"""

import sys

import ai_edge_litert.schema_py_generated as schema
import numpy as np


def load(path):
    with open(path, "rb") as file:
        data = file.read()
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    for buffer in model.buffers or []:
        if buffer.offset > 1:
            buffer.data = np.frombuffer(data[buffer.offset : buffer.offset + buffer.size], np.uint8)
            buffer.offset = "outside"
    return model


def differences(place, a, b):
    """Where two objects of the API differ."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if a is None or b is None or not np.array_equal(np.asarray(a), np.asarray(b)):
            yield place
    elif isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            yield f"{place}: {len(a)} and {len(b)} entries"
        for index, (left, right) in enumerate(zip(a, b)):
            yield from differences(f"{place}[{index}]", left, right)
    elif hasattr(a, "__dict__") and type(a) is type(b):
        for name in vars(a):
            yield from differences(f"{place}.{name}", getattr(a, name), getattr(b, name))
    elif a != b and not (a != a and b != b):
        yield f"{place}: {a!r} and {b!r}"


def main():
    paths = sys.argv[1:]
    found = [f"{a}: {difference}" for a, b in zip(paths[::2], paths[1::2]) for difference in differences("model", load(a), load(b))]
    print("\n".join(found[:20]))
    sys.exit(1 if found else 0)


main()
