"""Prints a picture's label, by Pillow and LiteRT: pil_litert.py MODEL LABELS PICTURE"""

import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

SIDE, CROP = 256, 224

model, labels, path = sys.argv[1:]
interpreter = Interpreter(model_path=model, num_threads=2)
interpreter.allocate_tensors()
with Image.open(path) as picture:
    scale = SIDE / min(picture.size)
    size = tuple(round(side * scale) for side in picture.size)
    # libjpeg decodes at a half, a quarter or an eighth of the size.
    picture.draft("RGB", size)
    resized = picture.convert("RGB").resize(size, Image.BICUBIC)
left, top = (size[0] - CROP) // 2, (size[1] - CROP) // 2
pixels = np.asarray(resized.crop((left, top, left + CROP, top + CROP)), dtype=np.uint8)
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], pixels[None])
interpreter.invoke()
best = interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).argmax()
with open(labels, encoding="utf-8") as names:
    print(names.read().splitlines()[best])
