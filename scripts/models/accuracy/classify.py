"""Records what Python says is on pictures: classify.py WAY GOLDEN.json FP32.tflite INT8.tflite ROOT PICTURE...

Pillow brings them to the models' size, LiteRT runs both models. WAY is how: "crop" as EfficientNet-Lite's authors do it, or "stretch".
Pictures are called by their paths from ROOT. Prints how often Pillow itself agrees where its JPEG decoder makes them smaller (`draft`).
"""

import importlib.metadata
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).resolve().parents[1] / "efficientnet-lite"))

from golden import TOP, Model  # noqa: E402
from photographs import preprocess  # noqa: E402

INPUT_SIZE, SHORT_SIDE = 224, 256
DIGITS = 4
WITHIN = 0.02


def crop_of(path: Path, draft: bool) -> np.ndarray:
    if not draft:
        return preprocess(path, INPUT_SIZE, SHORT_SIDE)
    with Image.open(path) as picture:
        scale = SHORT_SIDE / min(picture.size)
        size = tuple(round(side * scale) for side in picture.size)
        picture.draft("RGB", size)
        resized = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    left, top = (size[0] - INPUT_SIZE) // 2, (size[1] - INPUT_SIZE) // 2
    return np.asarray(resized.crop((left, top, left + INPUT_SIZE, top + INPUT_SIZE)))


def stretched(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BICUBIC))


def probabilities(model: Model, pixels: np.ndarray) -> np.ndarray:
    logits = model.run(pixels).logits()
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def best(scores: np.ndarray) -> dict:
    """The best classes, best first, of equal ones the lower first, and their probabilities."""
    classes = np.argsort(-scores, kind="stable")[:TOP]
    return {"classes": classes.tolist(), "scores": [round(float(scores[i]), DIGITS) for i in classes]}


def agrees(scores: np.ndarray, golden: dict) -> bool:
    first = golden["classes"][0]
    return int(scores.argmax()) == first and abs(scores[first] - golden["scores"][0]) <= WITHIN


def main() -> None:
    way = sys.argv[1]
    golden, fp32, int8, root, *pictures = map(Path, sys.argv[2:])
    models = {"fp32": Model(fp32.read_bytes()), "int8": Model(int8.read_bytes())}
    found = {}
    by_draft = dict.fromkeys(models, 0)
    for path in pictures:
        pixels = crop_of(path, draft=False) if way == "crop" else stretched(path)
        answers = {name: best(probabilities(model, pixels)) for name, model in models.items()}
        found[path.relative_to(root).as_posix()] = answers
        if way == "crop":
            drafted = crop_of(path, draft=True)
            for name, model in models.items():
                by_draft[name] += agrees(probabilities(model, drafted), answers[name])
    versions = {name: importlib.metadata.version(name) for name in ("pillow", "ai-edge-litert")}
    golden.write_text(json.dumps({"versions": versions, "pictures": found}, indent=2) + "\n", encoding="utf-8")
    print(f"{golden.name}: {len(found)} pictures, {golden.stat().st_size} bytes")
    if way == "crop":
        shares = ", ".join(f"{name} {count / len(found):.1%}" for name, count in by_draft.items())
        print(f"  Pillow's draft agrees with Pillow within {WITHIN}: {shares}")


main()
