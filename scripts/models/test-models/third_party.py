"""Records what Python's TFLite answers to trained models of other people's packages; see test/golden/runtime/README.md."""

import argparse
import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image

from values import describe, rounded

SAMPLES = 256


def stretched(picture: np.ndarray, shape: list[int]) -> np.ndarray:
    """The picture in the input's size, 0 to 1; each pixel is one of the picture's, so that nobody's resampling has a say."""
    _, height, width, _ = shape
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    return (picture[rows][:, columns] / np.float32(255)).reshape(shape)


def answers(path: Path, picture: np.ndarray, resolver: OpResolverType) -> dict:
    interpreter = Interpreter(model_path=str(path), num_threads=1, experimental_op_resolver_type=resolver)
    try:
        interpreter.allocate_tensors()
    except RuntimeError as error:
        # Of several lines the first says why.
        return {"refused": str(error).splitlines()[0]}
    (entry,) = interpreter.get_input_details()
    interpreter.set_tensor(entry["index"], stretched(picture, entry["shape"].tolist()))
    interpreter.invoke()
    outputs = []
    for details in interpreter.get_output_details():
        values = interpreter.get_tensor(details["index"]).reshape(-1)
        stride = max(1, values.size // SAMPLES)
        largest = float(f"{np.abs(values).max():.6g}")
        outputs.append({**describe(details), "stride": stride, "largest": largest, "sample": rounded(values[::stride])})
    return {"inputs": [describe(entry)], "outputs": outputs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, required=True)
    parser.add_argument("--golden", type=Path, required=True)
    parser.add_argument("models", type=Path, nargs="+")
    arguments = parser.parse_args()
    with Image.open(arguments.picture) as opened:
        picture = np.asarray(opened)
    resolvers = {"xnnpack": OpResolverType.BUILTIN, "builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES}
    models = [
        {"model": path.name, **{name: answers(path, picture, resolver) for name, resolver in resolvers.items()}}
        for path in arguments.models
    ]
    record = {"picture": arguments.picture.stem, "models": models}
    arguments.golden.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


main()
