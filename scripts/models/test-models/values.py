"""Tensors as JSON that JavaScript reads back exactly."""

import numpy as np

DTYPES_AS_TEXT = (np.dtype(np.int64), np.dtype(np.uint64))


def number(value) -> float:
    """The shortest decimal that gives the same float32 back."""
    return float(str(np.float32(value)))


def to_json(values: np.ndarray) -> list:
    """Flat. 64-bit integers as text, halves as their bits, booleans as 0 and 1."""
    flat = np.ascontiguousarray(values).reshape(-1)
    if flat.dtype in DTYPES_AS_TEXT:
        return [str(value) for value in flat.tolist()]
    if flat.dtype == np.float16:
        return flat.view(np.uint16).tolist()
    if flat.dtype == np.bool_:
        return flat.astype(np.uint8).tolist()
    if flat.dtype == np.float32:
        return [number(value) for value in flat]
    return flat.tolist()


def rounded(values: np.ndarray) -> list[float]:
    """Floats to six digits: where a tolerance is far wider than that."""
    return [float(f"{value:.6g}") for value in values.reshape(-1).tolist()]


def describe(details: dict) -> dict:
    """A tensor as the interpreter reports it."""
    record = {
        "name": details["name"],
        "dtype": np.dtype(details["dtype"]).name,
        "shape": details["shape"].tolist(),
        "shapeSignature": details["shape_signature"].tolist(),
    }
    parameters = details["quantization_parameters"]
    scales, zero_points = parameters["scales"], parameters["zero_points"]
    if len(scales) == 1:
        record["quantization"] = {"scale": number(scales[0]), "zeroPoint": int(zero_points[0])}
    elif len(scales) > 1:
        record["channelQuantization"] = {
            "axis": int(parameters["quantized_dimension"]),
            "scales": [number(scale) for scale in scales],
            "zeroPoints": zero_points.tolist(),
        }
    return record
