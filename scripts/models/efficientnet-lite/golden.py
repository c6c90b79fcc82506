"""Golden outputs: what the models must answer for each photograph, computed by Python's TFLite and committed.

They hold the whole chain together: another preprocessing, runtime or network shows here as another number.
"""

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from photographs import MEAN, PHOTOGRAPHS, STD, normalise

TOP = 5
FLOAT_DIGITS = 6


@dataclass(frozen=True)
class Output:
    values: np.ndarray
    scale: float = 1.0
    zero_point: int = 0

    def logits(self) -> np.ndarray:
        return (self.values.astype(np.float64) - self.zero_point) * self.scale


class Model:
    def __init__(self, content: bytes):
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        (self._input,) = self._interpreter.get_input_details()
        (self._output,) = self._interpreter.get_output_details()

    def takes_raw_pixels(self) -> bool:
        """Whether a uint8 input means exactly (x - MEAN) / STD, so that pixels need no arithmetic before it."""
        return self._input["dtype"] == np.uint8 and self._input["quantization"] == (1 / STD, MEAN)

    def run(self, pixels: np.ndarray) -> Output:
        """The model's answer for uint8 HWC pixels."""
        tensor = pixels[None] if self._input["dtype"] == np.uint8 else normalise(pixels)
        self._interpreter.set_tensor(self._input["index"], tensor)
        self._interpreter.invoke()
        values = self._interpreter.get_tensor(self._output["index"])[0]
        if self._output["dtype"] != np.uint8:
            return Output(values)
        scale, zero_point = self._output["quantization"]
        return Output(values, float(scale), int(zero_point))


def _top(output: Output, labels: list[str]) -> list[dict]:
    logits = output.logits()
    exponentials = np.exp(logits - logits.max())
    probabilities = exponentials / exponentials.sum()
    return [
        {"index": int(i), "label": labels[i], "probability": round(float(probabilities[i]), 4)}
        for i in np.argsort(-logits, kind="stable")[:TOP]
    ]


def compute(name: str, pixels: np.ndarray, models: dict[str, Model], labels: list[str]) -> dict:
    """One photograph's golden record."""
    float32, int8 = models["fp32"].run(pixels), models["int8"].run(pixels)
    return {
        "photograph": PHOTOGRAPHS[name],
        "inputSha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "fp32": {
            "top": _top(float32, labels),
            "logits": [float(f"{v:.{FLOAT_DIGITS}g}") for v in float32.values],
        },
        "int8": {
            "top": _top(int8, labels),
            "scale": int8.scale,
            "zeroPoint": int8.zero_point,
            "values": int8.values.tolist(),
        },
    }


def write(path: Path, record: dict) -> None:
    """Plain JSON; the script that records runs the repository's formatter over it."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def differences(name: str, found: dict, expected: dict, tolerance: dict) -> list[str]:
    """What is wrong with `found`, one line each; nothing when it is within the tolerance."""
    if found["inputSha256"] != expected["inputSha256"]:
        return [f"{name}: the preprocessed picture differs from the golden one"]
    problems = []

    reference = np.array(expected["fp32"]["logits"])
    allowed = tolerance["fp32"]["relativeToLargest"] * np.abs(reference).max()
    largest = np.abs(np.array(found["fp32"]["logits"]) - reference).max()
    if largest > allowed:
        problems.append(f"{name}: fp32 logits differ by up to {largest:.3g}, allowed is {allowed:.3g}")

    processor = {"x86_64": "x64", "AMD64": "x64"}.get(platform.machine(), "other")
    rule = tolerance["int8"][processor]
    # The scale comes from float32 outputs over the calibration crops, so it is as exact as those.
    if found["int8"]["zeroPoint"] != expected["int8"]["zeroPoint"] or not np.isclose(
        found["int8"]["scale"], expected["int8"]["scale"], rtol=tolerance["fp32"]["relativeToLargest"]
    ):
        problems.append(f"{name}: int8 output is on another scale")
    else:
        steps = np.abs(np.array(found["int8"]["values"]) - np.array(expected["int8"]["values"]))
        share = float(np.mean(steps <= rule["steps"]))
        if share < rule["share"]:
            problems.append(
                f"{name}: {share:.2%} of the int8 outputs are within {rule['steps']} step(s),"
                f" {rule['share']:.2%} must be; the furthest is {steps.max()} away"
            )
    return problems
