"""How pictures come to a size, written out with Pillow's and TensorFlow's own functions."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps

PIL_KERNELS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
TENSORFLOW_KERNELS = {
    "nearest": tf.image.ResizeMethod.NEAREST_NEIGHBOR,
    "bilinear": tf.image.ResizeMethod.BILINEAR,
    "bicubic": tf.image.ResizeMethod.BICUBIC,
    "lanczos": tf.image.ResizeMethod.LANCZOS3,
}

CROP_RATIO = 0.875
PAD = (114, 13, 200)


def resize(picture: Image.Image, size: tuple[int, int], kernel: str, antialias: bool) -> Image.Image:
    """Pillow's resize where it is antialiased, else TensorFlow's, rounded to 8 bits."""
    if antialias:
        return picture.resize(size, PIL_KERNELS[kernel])
    pixels = tf.image.resize(np.asarray(picture), size[::-1], TENSORFLOW_KERNELS[kernel], antialias=False)
    return Image.fromarray(np.clip(np.rint(np.asarray(pixels, np.float32)), 0, 255).astype(np.uint8))


def stretch(picture, target, kernel, antialias):
    return resize(picture, target, kernel, antialias)


def cover_crop(picture, target, kernel, antialias):
    """As efficientnet-lite/photographs.py: sides rounded, offsets rounded down."""
    width, height = picture.size
    scale = max(round(target[0] / CROP_RATIO) / width, round(target[1] / CROP_RATIO) / height)
    covering = resize(picture, (round(width * scale), round(height * scale)), kernel, antialias)
    left, top = (covering.width - target[0]) // 2, (covering.height - target[1]) // 2
    return covering.crop((left, top, left + target[0], top + target[1]))


def contain(picture, target, kernel, antialias):
    """ImageOps.pad, which resizes by Pillow: for TensorFlow's pixels it is asked for the size alone."""
    padded = ImageOps.pad(picture, target, PIL_KERNELS[kernel], PAD)
    if antialias:
        return padded
    size = ImageOps.contain(picture, target, PIL_KERNELS["nearest"]).size
    place = (round((target[0] - size[0]) / 2), round((target[1] - size[1]) / 2))
    whole = Image.new("RGB", target, PAD)
    whole.paste(resize(picture, size, kernel, antialias), place)
    return whole


FITS = {"stretch": stretch, "cover-crop": cover_crop, "contain": contain}


def torchvision(picture: Image.Image, size: int) -> Image.Image:
    """Resize(round(size / 0.875)) and CenterCrop(size) of torchvision 0.24 on a PIL picture.

    https://github.com/pytorch/vision/blob/v0.24.0/torchvision/transforms/functional.py:
    _compute_resized_output_size and center_crop.
    """
    short, long = sorted(picture.size)
    new_short = round(size / CROP_RATIO)
    new_long = int(new_short * long / short)
    new = (new_short, new_long) if picture.width <= picture.height else (new_long, new_short)
    picture = picture.resize(new, Image.Resampling.BILINEAR)
    top = int(round((picture.height - size) / 2.0))
    left = int(round((picture.width - size) / 2.0))
    return picture.crop((left, top, left + size, top + size))
