"""Makes an EfficientNet-Lite in float32 and in int8, and checks both against the golden outputs.

The models appear under their names only after the check, so a model that lies there is a right one.
"""

import argparse
import json
import sys
from pathlib import Path

from PIL import Image

import golden
from convert import to_float32, to_int8
from network import FAMILY, build_network
from photographs import PHOTOGRAPHS, calibration_inputs, normalise, preprocess


def make_models(name: str, weights: Path, photographs: Path) -> dict[str, bytes]:
    """Both models, as file contents."""
    lite, network = FAMILY[name], build_network(name, weights)
    samples = [normalise(pixels) for pixels in calibration_inputs(photographs, lite.input_size, lite.short_side)]
    return {"fp32": to_float32(network), "int8": to_int8(network, samples)}


def write_file(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def write_picture(path: Path, pixels) -> None:
    temporary = path.with_suffix(".tmp")
    Image.fromarray(pixels).save(temporary, format="PNG", optimize=True)
    temporary.replace(path)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=FAMILY, required=True, help="which of the family")
    parser.add_argument("--weights", type=Path, required=True, help="the legacy PyTorch checkpoint")
    parser.add_argument("--photographs", type=Path, required=True, help="folder of the sample photographs")
    parser.add_argument("--labels", type=Path, required=True, help="class names, one a line")
    parser.add_argument("--golden", type=Path, required=True, help="folder of the golden outputs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the models")
    parser.add_argument("--record", action="store_true", help="write the golden outputs instead of checking them")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    labels = arguments.labels.read_text(encoding="utf-8").splitlines()
    contents = make_models(arguments.network, arguments.weights, arguments.photographs)
    models = {name: golden.Model(content) for name, content in contents.items()}
    lite = FAMILY[arguments.network]
    pictures = {
        name: preprocess(arguments.photographs / file, lite.input_size, lite.short_side)
        for name, file in PHOTOGRAPHS.items()
    }
    records = {name: golden.compute(name, pixels, models, labels) for name, pixels in pictures.items()}

    if not models["int8"].takes_raw_pixels():
        # The converter takes the input's scale from the crops: it is right only while they hold pixels of 0 and of 255.
        print("The int8 model's input is not on the scale of raw pixels.", file=sys.stderr)
        return 1

    if arguments.record:
        for name, record in records.items():
            golden.write(arguments.golden / f"{name}.json", record)
    else:
        tolerance = json.loads((arguments.golden / "tolerance.json").read_text(encoding="utf-8"))
        problems = []
        for name, record in records.items():
            expected = json.loads((arguments.golden / f"{name}.json").read_text(encoding="utf-8"))
            problems += golden.differences(name, record, expected, tolerance)
        if problems:
            print("\n".join(["The models do not give the golden outputs:", *problems]), file=sys.stderr)
            return 1

    inputs = arguments.out / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for name, pixels in pictures.items():
        write_picture(inputs / f"{name}.png", pixels)
    for name, content in contents.items():
        write_file(arguments.out / f"efficientnet_{arguments.network}_{name}.tflite", content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
