"""Cuts crops out of pictures: crops.py OUT COUNT PICTURE...

COUNT of each picture, at other places and of other sizes and proportions, and the same ones on every run. `NAME-NUMBER` in the picture's
own format: JPEG of quality 93, as a camera gives it, or PNG.
"""

import random
import sys
from pathlib import Path

from PIL import Image

# Of the picture's width and height, each for itself.
SMALLEST_PART = 0.3
QUALITY = 93


def boxes(name: str, size: tuple[int, int], count: int) -> list[tuple[int, int, int, int]]:
    """`random.Random` gives the same numbers in every Python version."""
    chance = random.Random(name)
    found = []
    for _ in range(count):
        width, height = (round(side * (SMALLEST_PART + (1 - SMALLEST_PART) * chance.random())) for side in size)
        left = round((size[0] - width) * chance.random())
        top = round((size[1] - height) * chance.random())
        found.append((left, top, left + width, top + height))
    return found


def main() -> None:
    out, count = Path(sys.argv[1]), int(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for path in map(Path, sys.argv[3:]):
        with Image.open(path) as picture:
            for number, box in enumerate(boxes(path.stem, picture.size, count)):
                options = {"quality": QUALITY} if picture.format == "JPEG" else {"compress_level": 1}
                file = out / f"{path.stem}-{number}{path.suffix}"
                temporary = file.with_suffix(".tmp")
                picture.crop(box).save(temporary, format=picture.format, **options)
                temporary.replace(file)


main()
