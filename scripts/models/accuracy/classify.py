"""Records what Python says is on pictures: classify.py GOLDEN.json FP32.tflite INT8.tflite ROOT PICTURE...

Pillow resizes and cuts them as EfficientNet-Lite's authors do, LiteRT runs both models. Pictures are called by their paths from ROOT.
"""

import importlib.metadata
import json
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "efficientnet-lite0"))

from golden import TOP, Model  # noqa: E402
from photographs import preprocess  # noqa: E402

DIGITS = 4


def best(model: Model, pixels: np.ndarray) -> dict:
    """The best classes, best first, of equal ones the lower first, and their probabilities."""
    logits = model.run(pixels).logits()
    exponentials = np.exp(logits - logits.max())
    probabilities = exponentials / exponentials.sum()
    classes = np.argsort(-logits, kind="stable")[:TOP]
    return {"classes": classes.tolist(), "scores": [round(float(probabilities[i]), DIGITS) for i in classes]}


def main() -> None:
    golden, fp32, int8, root, *pictures = map(Path, sys.argv[1:])
    models = {"fp32": Model(fp32.read_bytes()), "int8": Model(int8.read_bytes())}
    found = {}
    for path in pictures:
        pixels = preprocess(path)
        found[path.relative_to(root).as_posix()] = {name: best(model, pixels) for name, model in models.items()}
    versions = {name: importlib.metadata.version(name) for name in ("pillow", "ai-edge-litert")}
    golden.write_text(json.dumps({"versions": versions, "pictures": found}, indent=2) + "\n", encoding="utf-8")
    print(f"{golden.name}: {len(found)} pictures, {golden.stat().st_size} bytes")


main()
