"""Records what becomes of a frame of NV12: `golden.py DIRECTORY`.

By OpenCV as BT.601 of limited range, which is all that it has; and by the formulas of ITU-R BT.601-7 and BT.709-6, in double precision, as
each matrix of either range. The formulas are written out here anew, from the standards' luma coefficients.
"""

import base64
import json
import pathlib
import sys

import cv2
import numpy as np

WIDTH, HEIGHT = 64, 36
SEED = 2026
# Of red and blue (BT.601-7, 2.5.1; BT.709-6, 3.2).
LUMA = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}
EDGES = (0, 1, 15, 16, 17, 127, 128, 129, 235, 236, 240, 241, 254, 255)


def frame() -> np.ndarray:
    """Any values at all, and in the first pairs each edge of one range with each of the other's."""
    nv12 = np.random.default_rng(SEED).integers(0, 256, (HEIGHT * 3 // 2, WIDTH), np.uint8)
    pairs = [(blue, red) for blue in EDGES for red in EDGES]
    chroma = nv12[HEIGHT:].reshape(-1)
    chroma[: len(pairs) * 2] = np.array(pairs, np.uint8).reshape(-1)
    luma = nv12[:HEIGHT].reshape(-1)
    luma[: len(EDGES) * 40] = np.repeat(np.array(EDGES, np.uint8), 40)
    return nv12


def by_formula(nv12: np.ndarray, matrix: str, value_range: str) -> np.ndarray:
    luma = nv12[:HEIGHT].astype(np.float64)
    pairs = nv12[HEIGHT:].reshape(HEIGHT // 2, WIDTH // 2, 2).astype(np.float64) - 128
    blue, red = (np.repeat(np.repeat(pairs[..., i], 2, axis=0), 2, axis=1) for i in (0, 1))
    if value_range == "limited":
        # As OpenCV has it: what is below black is black.
        luma = (np.maximum(luma, 16) - 16) * 255 / 219
        blue, red = blue * 255 / 224, red * 255 / 224
    of_red, of_blue = LUMA[matrix]
    of_green = 1 - of_red - of_blue
    rgb = (
        luma + 2 * (1 - of_red) * red,
        luma - 2 * (1 - of_blue) * of_blue / of_green * blue - 2 * (1 - of_red) * of_red / of_green * red,
        luma + 2 * (1 - of_blue) * blue,
    )
    return np.clip(np.rint(np.stack(rgb, axis=-1)), 0, 255).astype(np.uint8)


def text(pixels: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()


def main(folder: pathlib.Path) -> None:
    nv12 = frame()
    opencv = cv2.cvtColor(nv12, cv2.COLOR_YUV2RGB_NV12)
    formula = {
        f"{matrix} {value_range}": by_formula(nv12, matrix, value_range)
        for matrix in LUMA
        for value_range in ("limited", "full")
    }
    apart = np.abs(opencv.astype(int) - formula["bt601 limited"].astype(int)).max()
    document = {
        "versions": {"opencv": cv2.__version__, "numpy": np.__version__},
        "width": WIDTH,
        "height": HEIGHT,
        "frame": text(nv12),
        "opencv": text(opencv),
        "formula": {name: text(pixels) for name, pixels in formula.items()},
    }
    (folder / "nv12.json").write_text(json.dumps(document), encoding="utf8")
    print(f"OpenCV is at most {apart} from the formula")


if __name__ == "__main__":
    destination = pathlib.Path(sys.argv[1])
    destination.mkdir(parents=True, exist_ok=True)
    main(destination)
