"""The photographs as network inputs: the reference preprocessing, and the crops that int8 is calibrated on."""

import random
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOGRAPHS = {
    "chelsea": "chelsea.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "motorcycle_left": "motorcycle_left.png",
    "china": "china.jpg",
    "flower": "flower.jpg",
}

MEAN, STD = 127.0, 128.0

CALIBRATION_CROPS_PER_PHOTOGRAPH = 16
CALIBRATION_SEED = 20


def _open(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        # An embedded colour profile is ignored, as TensorFlow does.
        return picture.convert("RGB")


def preprocess(path: Path, size: int, short_side: int) -> np.ndarray:
    """Short side to `short_side` (bicubic, antialiased), centre crop of `size`: uint8 HWC RGB."""
    picture = _open(path)
    width, height = picture.size
    scale = short_side / min(width, height)
    picture = picture.resize((round(width * scale), round(height * scale)), Image.Resampling.BICUBIC)
    left, top = (picture.width - size) // 2, (picture.height - size) // 2
    return np.asarray(picture.crop((left, top, left + size, top + size)))


def normalise(pixels: np.ndarray) -> np.ndarray:
    """What the float model is fed: NHWC, (x - 127) / 128."""
    return ((pixels.astype(np.float32) - np.float32(MEAN)) / np.float32(STD))[None]


def calibration_inputs(
    folder: Path, size: int, short_side: int, of_each: int = CALIBRATION_CROPS_PER_PHOTOGRAPH
) -> list[np.ndarray]:
    """The standard crop of each photograph, and random squares of 40 to 100 % of its short side, some mirrored.

    `random.Random` gives the same numbers in every Python version, which NumPy's generators do not promise.
    """
    chance = random.Random(CALIBRATION_SEED)
    inputs = []
    for file in PHOTOGRAPHS.values():
        inputs.append(preprocess(folder / file, size, short_side))
        picture = _open(folder / file)
        short = min(picture.size)
        for _ in range(of_each - 1):
            side = int(short * (0.4 + 0.6 * chance.random()))
            left = int(chance.random() * (picture.width - side + 1))
            top = int(chance.random() * (picture.height - side + 1))
            box = (left, top, left + side, top + side)
            crop = picture.resize((size, size), Image.Resampling.BICUBIC, box=box)
            if chance.random() < 0.5:
                crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            inputs.append(np.asarray(crop))
    return inputs
