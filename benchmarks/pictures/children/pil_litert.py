"""Classifies photographs by Pillow and LiteRT: for each line on standard input, "draft" or "full", all of them once.

    pil_litert.py MODEL PICTURE...

Answers with the nanoseconds that it took. "draft" lets libjpeg decode at a half, a quarter or an eighth of the size.
"""

import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

SIDE, CROP = 256, 224


def classify(interpreter, path: str, draft: bool) -> int:
    details = interpreter.get_input_details()[0]
    with Image.open(path) as picture:
        scale = SIDE / min(picture.size)
        size = tuple(round(side * scale) for side in picture.size)
        if draft:
            picture.draft("RGB", size)
        resized = picture.convert("RGB").resize(size, Image.BICUBIC)
    left, top = (size[0] - CROP) // 2, (size[1] - CROP) // 2
    pixels = np.asarray(resized.crop((left, top, left + CROP, top + CROP)), dtype=np.uint8)
    interpreter.set_tensor(details["index"], pixels[None])
    interpreter.invoke()
    return int(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).argmax())


def main() -> None:
    interpreter = Interpreter(model_path=sys.argv[1], num_threads=2)
    interpreter.allocate_tensors()
    for line in sys.stdin:
        begin = time.perf_counter_ns()
        for path in sys.argv[2:]:
            classify(interpreter, path, line.strip() == "draft")
        print(time.perf_counter_ns() - begin, flush=True)


main()
