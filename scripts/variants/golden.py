"""Writes how far the layers of EfficientNet-Lite0's int8 model are from those of its float32 model: `golden.py MODELS FILE`."""

import json
import math
import pathlib
import sys

import numpy as np
from ai_edge_litert import interpreter as litert
from PIL import Image

PICTURES = ("coffee.png", "rocket.png")


def tensors_of(model, picture):
    """All values that an inference leaves, by the tensor's name, as real numbers. By the built-in kernels: they keep them."""
    interpreter = litert.Interpreter(
        str(model),
        experimental_op_resolver_type=litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
        num_threads=1,
    )
    interpreter.allocate_tensors()
    (wanted,) = interpreter.get_input_details()
    pixels = np.asarray(Image.open(picture).convert("RGB"))[np.newaxis]
    if wanted["dtype"] == np.float32:
        pixels = (pixels.astype(np.float32) - np.float32(127)) / np.float32(128)
    interpreter.set_tensor(wanted["index"], pixels)
    interpreter.invoke()
    found = {}
    for operator in interpreter._get_ops_details():
        for index in operator["outputs"]:
            details = interpreter._get_tensor_details(index, 0)
            values = interpreter.get_tensor(index)
            scale, zero = details["quantization"]
            if values.dtype != np.float32:
                values = (np.float64(scale) * (values.astype(np.float64) - zero)).astype(np.float32)
            found[details["name"]] = values.astype(np.float64).ravel()
    return found


def main(models, file):
    sums = {}
    for picture in PICTURES:
        path = models / "inputs" / picture
        first = tensors_of(models / "efficientnet_lite0_fp32.tflite", path)
        other = tensors_of(models / "efficientnet_lite0_int8.tflite", path)
        for name, x in first.items():
            sums.setdefault(name, []).append((x, other[name]))
    layers = []
    for name, pairs in sums.items():
        x, y = (np.concatenate(side) for side in zip(*pairs))
        noise = np.sum((x - y) ** 2)
        layers.append(
            {
                "name": name,
                "snrDb": 10 * math.log10(np.sum(x**2) / noise),
                "cosine": float(np.dot(x, y) / (np.linalg.norm(x) * np.linalg.norm(y))),
            }
        )
    golden = {"numpy": np.__version__, "pictures": PICTURES, "layers": layers}
    file.write_text(json.dumps(golden, indent=2) + "\n")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
