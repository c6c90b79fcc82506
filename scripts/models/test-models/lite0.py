"""What EfficientNet-Lite0 answers: its variants on photographs, other shapes, and values from inside."""

import hashlib
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image

from cases import numbers
from values import describe, rounded, to_json

sys.path.append(str(Path(__file__).resolve().parents[1] / "efficientnet-lite"))

from photographs import normalise  # noqa: E402

PICTURES = ("chelsea", "coffee", "china")
# Batch, height and width other than the model's.
SHAPES = ((2, 224, 224, 3), (1, 160, 192, 3), (3, 96, 64, 3))
INTERMEDIATES = 12
SAMPLES = 48


def read_pictures(folder: Path) -> dict[str, np.ndarray]:
    """The preprocessed photographs: uint8 HWC."""
    pictures = {}
    for name in PICTURES:
        with Image.open(folder / f"{name}.png") as picture:
            pictures[name] = np.asarray(picture)
    return pictures


def _run(interpreter: Interpreter, values: np.ndarray) -> np.ndarray:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def logits(content: bytes, pictures: dict[str, np.ndarray]) -> dict:
    """A float model's answers to the photographs, by XNNPACK."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    return {name: rounded(_run(interpreter, normalise(pixels))) for name, pixels in pictures.items()}


def resized(content: bytes) -> list[dict]:
    """The float model in other shapes, on the values that `numbers` gives, divided by 4."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    index = interpreter.get_input_details()[0]["index"]
    records = []
    for shape in SHAPES:
        interpreter.resize_tensor_input(index, shape)
        interpreter.allocate_tensors()
        answer = _run(interpreter, numbers(shape) / np.float32(4))
        # Every eighth: four thousand values say no more.
        records.append({"shape": list(shape), "outputShape": list(answer.shape), "everyEighth": rounded(answer.reshape(-1)[::8])})
    return records


def intermediates(content: bytes, picture: np.ndarray) -> dict:
    """Values of tensors inside the graph, by the built-in kernels: a delegate would keep its own to itself."""
    interpreter = Interpreter(
        model_content=content,
        num_threads=1,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    is_float = interpreter.get_input_details()[0]["dtype"] == np.float32
    _run(interpreter, normalise(picture) if is_float else picture[None])
    details = {entry["index"]: entry for entry in interpreter.get_tensor_details()}
    # Each operator's output but the last one's, which is the graph's own.
    written = [int(operator["outputs"][0]) for operator in interpreter._get_ops_details()][:-1]
    chosen = [written[round(i * (len(written) - 1) / (INTERMEDIATES - 1))] for i in range(INTERMEDIATES)]
    return {"picture": PICTURES[0], "tensors": [_sampled(interpreter, details[index]) for index in chosen]}


def _sampled(interpreter: Interpreter, details: dict) -> dict:
    values = interpreter.get_tensor(details["index"])
    flat = values.reshape(-1)
    stride = max(1, flat.size // SAMPLES)
    record = {"index": int(details["index"]), **describe(details), "stride": stride}
    if flat.dtype == np.float32:
        return {**record, "largest": float(f"{np.abs(flat).max():.6g}"), "sample": rounded(flat[::stride])}
    # Integers are the same to the last bit wherever the same kernels run.
    return {**record, "sha256": hashlib.sha256(values.tobytes()).hexdigest(), "sample": to_json(flat[::stride])}
