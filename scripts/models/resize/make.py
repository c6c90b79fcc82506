"""Records what Pillow and TensorFlow make of the photographs: a few hundred pixels of each case.

make.py PHOTOGRAPHS RESIZE.json PRESETS.json
"""

import base64
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import PIL
import tensorflow as tf
from PIL import Image

from fits import CROP_RATIO, FITS, PAD, PIL_KERNELS, cover_crop, stretch, torchvision

PHOTOGRAPHS = ["chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png", "china.jpg", "flower.jpg"]
# Smaller and larger than each of them, on both sides and for each fit.
TARGETS = {"down": (64, 48), "up": (900, 700)}
PRESET_SIDE = 224
RESIZE_SAMPLES, PRESET_SAMPLES = 200, 100


def places(count: int, width: int, height: int) -> list[tuple[int, int]]:
    """Where pixels are taken: half of them at the edges. packages/image/test/parity.test.ts does the same."""
    found = []
    for i in range(count):
        mixed = i * 2654435761 % 2**32
        x, y = mixed % width, mixed // width % height
        edge = i % 8
        if edge < 2:
            y = 0 if edge == 0 else height - 1
        elif edge < 4:
            x = 0 if edge == 2 else width - 1
        found.append((x, y))
    return found


def sampled(pixels: np.ndarray, count: int) -> str:
    height, width, _ = pixels.shape
    values = np.stack([pixels[y, x] for x, y in places(count, width, height)])
    return base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode()


def preset_values(picture: Image.Image) -> dict[str, np.ndarray]:
    """Float32 NHWC without the batch, by the formulas of those who made the presets."""
    target = (PRESET_SIDE, PRESET_SIDE)
    floats = lambda picture: np.asarray(picture, np.float32)
    tensorflow = floats(cover_crop(picture, target, "bilinear", antialias=False))
    torch = floats(torchvision(picture, PRESET_SIDE)) / np.float32(255)
    caffe = floats(cover_crop(picture, target, "bilinear", antialias=True))[..., ::-1]
    lite = floats(cover_crop(picture, target, "bicubic", antialias=True))
    return {
        # keras/src/applications/imagenet_utils.py, _preprocess_numpy_input, modes tf and caffe.
        "tf": tensorflow / np.float32(127.5) - np.float32(1),
        "torch": (torch - np.array([0.485, 0.456, 0.406], np.float32)) / np.array([0.229, 0.224, 0.225], np.float32),
        "caffe": caffe - np.array([103.939, 116.779, 123.68], np.float32),
        "efficientnet-lite": (lite - np.float32(127)) / np.float32(128),
        "raw": floats(stretch(picture, target, "bilinear", antialias=True)),
    }


def write(path: Path, document: dict) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def main(photographs: Path, resize_file: Path, presets_file: Path) -> None:
    versions = {"pillow": PIL.__version__, "tensorflow": tf.__version__}
    resized, presets = {}, {}
    for name in PHOTOGRAPHS:
        with Image.open(photographs / name) as opened:
            picture = opened.convert("RGB")
        for fit, kernel, antialias, way in itertools.product(FITS, PIL_KERNELS, (True, False), TARGETS):
            pixels = FITS[fit](picture, TARGETS[way], kernel, antialias)
            reference = "pillow" if antialias else "tensorflow"
            resized[f"{name} {way} {fit} {kernel} {reference}"] = sampled(np.asarray(pixels), RESIZE_SAMPLES)
        for preset, values in preset_values(picture).items():
            presets[f"{name} {preset}"] = sampled(values, PRESET_SAMPLES)
    write(
        resize_file,
        {
            "versions": versions,
            "targets": TARGETS,
            "samples": RESIZE_SAMPLES,
            "cropRatio": CROP_RATIO,
            "pad": PAD,
            "pixels": resized,
        },
    )
    write(
        presets_file,
        {"versions": versions, "side": PRESET_SIDE, "samples": PRESET_SAMPLES, "values": presets},
    )


main(*map(Path, sys.argv[1:]))
